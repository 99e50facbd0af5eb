"""Ctrl-C and SIGTERM: heard at once or when somebody looks, held back where files change places, and given back
afterwards.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from blender_addon.core import interruption
from blender_addon.core.interruption import Interrupted, heard, held

ROOT = Path(__file__).resolve().parents[2]


def send(number: signal.Signals = signal.SIGTERM) -> None:
    """To this process; its handler has run when this returns."""
    os.kill(os.getpid(), number)
    time.sleep(0.001)


@pytest.fixture(autouse=True)
def as_in_a_terminal() -> Iterator[None]:
    """A shell shields its background jobs from Ctrl-C."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_raises_at_once_and_tells_the_exit_status(number: signal.Signals, status: int) -> None:
    with heard(at_once=True) as seen:
        with pytest.raises(Interrupted):
            send(number)
        assert (seen.came, seen.status) == (True, status)


def test_it_waits_until_somebody_looks() -> None:
    with heard(at_once=False) as seen:
        seen.check()
        send()
        send(signal.SIGINT)
        assert seen.status == 143, "the first one counts"
        with pytest.raises(Interrupted):
            seen.check()


def test_a_held_block_runs_to_its_end() -> None:
    steps = []

    def exchange() -> None:
        with held():
            with held():
                send()
                steps.append("inner")
            steps.append("outer")

    with heard(at_once=True), pytest.raises(Interrupted):
        exchange()
    assert steps == ["inner", "outer"]


def test_more_signals_leave_the_ending_in_peace_and_a_late_one_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    with heard(at_once=True):
        with pytest.raises(Interrupted):
            send()
        send()
        send(signal.SIGINT)
        monkeypatch.setattr(interruption, "LOST_AFTER", 0.0)
        with pytest.raises(Interrupted):
            send()


def test_former_handlers_come_back_and_what_is_ignored_stays_so() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    before = [signal.getsignal(number) for number in interruption.SIGNALS]
    with heard(at_once=True) as seen:
        send(signal.SIGINT)
        assert not seen.came
    assert [signal.getsignal(number) for number in interruption.SIGNALS] == before


def test_a_default_handler_ends_the_process_again_afterwards() -> None:
    program = (
        "import os, signal\nfrom blender_addon.core.interruption import heard\n"
        "with heard(at_once=True): pass\nos.kill(os.getpid(), signal.SIGTERM)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == -signal.SIGTERM


def test_the_exit_status_stands_whatever_comes_while_the_process_ends() -> None:
    program = (
        "import os, signal, sys, time\nfrom blender_addon.core.interruption import heard\n"
        "with heard(at_once=False, ends_process=True) as seen: os.kill(os.getpid(), signal.SIGTERM)\n"
        "for number in (signal.SIGTERM, signal.SIGINT): os.kill(os.getpid(), number)\n"
        "sys.exit(seen.status)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 143


def test_a_held_block_that_nobody_interrupts_is_like_any_other() -> None:
    with held(), held():
        pass
    with pytest.raises(OSError, match="full"), held():
        raise OSError("full")
