"""An artist's own Grease Pencil drawing performs: its layers are a body's parts, keyed, hung on bones, or bent by them."""
