"""Imported before PyTorch: its threads sleep while they wait for each other.

Otherwise they spin, which on cores that anything else uses makes everything many times slower. OpenMP reads this once,
when PyTorch is loaded; what the user has set stands.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
