"""What a user can set, each thing declared once, a module a topic.

From a declaration come the property in Blender, the row in the panel, the option of both command lines, the value that
the bake reads, and the line in the manual. `setting.py` says what can be declared; `topics.py` lists the topics.
"""
