"""The science: motion, skeleton and view in 2D. Knows no Blender."""
