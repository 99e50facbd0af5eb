"""How fast things are. Run nothing else beside them."""
