"""Run a program on the screen there is, and take the photographs that it asks for: `photographer.py FOLDER PROGRAM
ARGUMENTS…`.

A file NAME.request in FOLDER is a request; it goes away when NAME.png is there. ImageMagick's `import` takes the
picture.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path


def main(folder: Path, command: list[str]) -> int:
    """The exit status of the program."""
    with subprocess.Popen(command) as program:
        while program.poll() is None:
            for request in folder.glob("*.request"):
                subprocess.run(["import", "-window", "root", str(request.with_suffix(".png"))], check=False, timeout=30)
                request.unlink()
            time.sleep(0.1)
    return program.returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
