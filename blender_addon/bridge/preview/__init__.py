"""The preview: a character performs before anything is baked, and nothing of the user's is changed for good."""
