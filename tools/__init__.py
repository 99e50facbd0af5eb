"""What builds, installs and tests the extension: Python 3.11 and its standard library only, so that it runs before any
environment is made.
"""
