"""The street video on a cut-out puppet and in Grease Pencil, made with the extension itself: `python -m demo`, where
bpy is.
"""
