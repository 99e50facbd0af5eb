"""What the project does, shown with what ships in the repository: `python -m demo`."""
