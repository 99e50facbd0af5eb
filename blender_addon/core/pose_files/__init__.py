"""Poses from the files animators have, and into them: `read(path)` gives everybody in one, `write(poses, path)` keeps
them.
"""

from .pose_file import PoseFile, PoseFileError
from .registry import read, write

__all__ = ["PoseFile", "PoseFileError", "read", "write"]
