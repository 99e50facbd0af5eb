"""Synthetic data, losses, training and evaluation of the networks. Not part of the extension."""
