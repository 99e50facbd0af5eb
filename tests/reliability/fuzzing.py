"""How inputs are used one after the other, and what counts as a fault. `fuzz` is the command."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Protocol, cast

LONGEST_CPU = 10.0
"""Seconds of CPU time after which an input hangs."""
LONGEST_WAIT = 180.0
"""Seconds without any end after which an input waits for something that never comes."""
MOST_MEMORY = 1 << 30
"""Bytes that the process may have in use while it reads an input."""
MOST_ADDRESSES = 6 << 30
"""Bytes of addresses; what asks for more gets a MemoryError, so that no input takes the machine's memory."""
BATCH = 500
"""Inputs a process."""
LONGEST_SENTENCE = 1000
READY = "ready\n"
"""The first line that a process writes."""

SUBJECTS = {
    name: f"{__package__}.fuzz_{name}"
    for name in ("poses", "statements", "edits", "files", "commands", "blender_commands", "videos")
}
"""What is fuzzed, and the module that makes its inputs."""


class Hung(BaseException):
    """An input took too long."""


class NoSentence(Exception):
    """Something was refused, but not in one sentence."""


class Subject(Protocol):
    """A module that makes inputs and uses them."""

    NAMES: tuple[str, ...]
    """Kinds of inputs; a seed is of the kind `seed % len(NAMES)`."""

    @staticmethod
    def prepared() -> Callable[[int, Path], bool]:
        """What uses the input of a seed, with an empty folder to write it into: True where it was accepted, False where
        it was refused in one sentence. Made once in each process.
        """


@dataclass
class Results:
    """How many inputs of each kind ended how, and the seeds that ended badly."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    bad: list[tuple[int, str]] = field(default_factory=list)

    def total(self, how: str) -> int:
        """How many ended so."""
        return sum(number for (_, ended), number in self.counts.items() if ended == how)


def subject(name: str) -> Subject:
    """The module of that name."""
    return cast(Subject, import_module(SUBJECTS[name]))


def check_sentence(text: str) -> None:
    """Raise NoSentence unless the text is one sentence that can be shown."""
    if not text.endswith(".") or "\n" in text or len(text) > LONGEST_SENTENCE or "Traceback" in text or "\0" in text:
        raise NoSentence(repr(text[:300]))


def outcome(use: Callable[[int, Path], bool], seed: int, folder: Path) -> str:
    """How the input of a seed ends: accepted, refused, or with what is wrong."""
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_CPU)
    try:
        return "accepted" if use(seed, folder) else "refused"
    except NoSentence as error:
        return f"no sentence: {error}"
    except Hung:
        return f"hung: {traceback.format_exc(limit=-4)}"
    except BaseException:
        return f"traceback: {traceback.format_exc(limit=-6)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise Hung


def run_batch(name: str, seeds: range, told: Path) -> None:
    """Use some inputs in this process, and write a line of JSON for each."""
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    use = subject(name).prepared()
    resource.setrlimit(resource.RLIMIT_AS, (_memory("VmSize") + MOST_ADDRESSES, resource.RLIM_INFINITY))
    with told.open("w", encoding="utf-8") as file:
        file.write(READY)
        file.flush()
        for seed in seeds:
            folder = Path(tempfile.mkdtemp(prefix="fuzz_"))
            _forget_peak()
            ended = outcome(use, seed, folder)
            if (peak := _memory("VmHWM")) > MOST_MEMORY:
                ended = f"over a gigabyte: {peak >> 20} MB, {ended}"
            shutil.rmtree(folder, ignore_errors=True)
            file.write(json.dumps([seed, ended]) + "\n")
            file.flush()


def _memory(line: str) -> int:
    """Bytes that a line of Linux's /proc/self/status says."""
    for one in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if one.startswith(f"{line}:"):
            return int(one.split()[1]) << 10
    return 0


def _forget_peak() -> None:
    """Let VmHWM begin anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def fuzz(name: str, seed: int, count: int) -> Results:
    """Use the inputs of `count` seeds from the first on."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the processes that are started
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    names = subject(name).NAMES
    results = Results()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told"
        at = seed
        while at < seed + count:
            for number, how in _batch(name, range(at, min(at + BATCH, seed + count)), told):
                results.counts[names[number % len(names)], how.partition(":")[0]] += 1
                if how not in {"accepted", "refused"}:
                    results.bad.append((number, how))
                    sys.stderr.write(f"seed {number}: {how}\n")
                at = number + 1
            sys.stderr.write(f"{at - seed} of {count}, {len(results.bad)} bad\n")
    return results


def _batch(name: str, seeds: range, told: Path) -> list[tuple[int, str]]:
    """The seeds that a process came to, the last of them being one that it did not survive."""
    told.write_text("", encoding="utf-8")
    process = multiprocessing.get_context("spawn").Process(target=run_batch, args=(name, seeds, told))
    process.start()
    hangs = _watch(process.pid, process.is_alive, told)
    if hangs:
        process.kill()
    process.join()
    ready, *lines = told.read_text(encoding="utf-8").splitlines() or [""]
    if ready != READY.strip():
        raise RuntimeError(f"No {name} could be made; the lines above tell why.")
    ended = [(int(seed), str(how)) for seed, how in map(json.loads, lines)]
    if len(ended) < len(seeds):
        ended.append((seeds[len(ended)], hangs or f"crash: exit status {process.exitcode}"))
    return ended


def _watch(process: int | None, is_alive: Callable[[], bool], told: Path) -> str:
    """Wait for the process to end; what to say where it stands still, within a library that no signal interrupts."""
    size, spent, since = -1, 0.0, time.monotonic()
    while is_alive():
        time.sleep(0.2)
        if (now := told.stat().st_size) != size:
            size, spent, since = now, _cpu_time(process), time.monotonic()
        elif _cpu_time(process) - spent > 4 * LONGEST_CPU:
            return "hung: in a library"
        elif time.monotonic() - since > LONGEST_WAIT:
            return "waited: without end"
    return ""


def _cpu_time(process: int | None) -> float:
    """Seconds of CPU time that a process has used."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
