"""The artist's own Grease Pencil drawing: its layers are parts of a body; keyed, parented to bones, or deformed by
them.
"""
