"""What the user asks for, a module a topic: plain data that the bake works with."""
