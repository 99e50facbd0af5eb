"""Blender's Actions and the NLA in every version: curves, keys, strips, and what tells a bake of ours."""
