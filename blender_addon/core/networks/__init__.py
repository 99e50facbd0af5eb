"""The neural networks, and the file their weights are kept in. Everything here needs torch."""
