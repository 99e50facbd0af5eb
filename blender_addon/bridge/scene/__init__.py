"""The open file: footage, data-blocks, Actions, Grease Pencil, and what differs between versions of Blender."""
