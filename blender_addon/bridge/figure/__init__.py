"""The drawn figure in Grease Pencil: strokes limb by limb, and which limb lies over which."""
