"""A Blender that can write into one folder alone and finds no program of the system; and which programs ran."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

EVERY = 0.02
"""Seconds between two looks at the processes."""

PROGRAMS = "/bin /sbin /usr/sbin /usr/local/bin /usr/local/sbin /usr/bin"

CONFINE = f"""
set -e
folder=$1; python=$(dirname "$(readlink -f "$2")"); shift
mount --make-rprivate /
mount --bind "$folder" "$folder"
awk '{{print $5}}' /proc/self/mountinfo | while read -r place; do
  case "$place" in
    "$folder"|/proc|/proc/*|/sys|/sys/*|/dev|/dev/*) ;;
    *) if [ -d "$place" ]; then mount -o remount,bind,ro "$place"; fi ;;
  esac
done
last=$(dirname "$(readlink -f "$(command -v mount)")")
for programs in $(readlink -f {PROGRAMS} | grep -vx "$last" | sort -u) "$last"; do
  if [ "$programs" != "$python" ]; then mount -t tmpfs -o ro none "$programs"; fi
done
exec "$@"
"""
"""Only `folder`, /dev and what the kernel shows can be written; no folder of programs has anything in it."""


def confined(folder: Path, python: Path) -> list[str]:
    """What to put before a command of that Python so that it has no network, can write into `folder` alone and finds no
    program of the system.
    """
    for unshare in (["unshare", "-nm"], ["unshare", "-rnm"]):
        command = [*unshare, "bash", "-c", CONFINE, "bash", str(folder)]
        if subprocess.run([*command, python, "-c", ""], capture_output=True, check=False).returncode == 0:
            return command
    pytest.skip("NO NAMESPACES: `unshare -nm` is not allowed here, so Blender cannot be cut off")


@contextmanager
def programs_of(root: int) -> Iterator[set[str]]:
    """The programs of that process and of all that it starts meanwhile, by their files."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            seen.update(_programs(root))

    watcher = threading.Thread(target=look, name="programs", daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _programs(root: int) -> Iterator[str]:
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    for process in parents:
        above: int | None = process
        while above not in {None, 0, root}:
            above = parents.get(above)
        if above == root:
            with suppress(OSError):
                yield str(Path(f"/proc/{process}/exe").readlink())


def wait_for(process: subprocess.Popen[str], seconds: float) -> None:
    """Wait for its end. TimeoutError where that does not come; the process is killed then."""
    ends = time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > ends:
            process.kill()
            raise TimeoutError(f"{process.args!r} was not done after {seconds:.0f} seconds")
        time.sleep(0.1)
