"""Artwork for the views of a character: which there is, which is shown when, and the keys that show it."""
