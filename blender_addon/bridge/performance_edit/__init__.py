"""The performance before it is retargeted: cleaned, put right, and edited as keyed objects over the video."""
