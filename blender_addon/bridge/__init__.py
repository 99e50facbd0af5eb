"""All that touches Blender's data, and every difference between its versions."""
