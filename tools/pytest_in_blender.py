"""Run by Blender itself: `blender -b --python tools/pytest_in_blender.py -- FOLDER_OF_PYTEST ARGUMENTS…`; ends it with
pytest's exit status.

Blender's Python has no pytest, so it comes from a folder of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run pytest with what stands after `--`."""
    folder, *arguments = sys.argv[sys.argv.index("--") + 1 :]
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), folder]
    import pytest

    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main())
