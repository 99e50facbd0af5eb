"""The performance before it is retargeted: cleaned, corrected, and edited as keyed objects over the video."""
