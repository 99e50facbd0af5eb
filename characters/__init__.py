"""The project's own characters, drawn as outlines and built into .blend files: `python -m characters`, where bpy is."""
