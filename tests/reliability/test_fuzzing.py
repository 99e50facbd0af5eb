"""Nothing that is put together wrongly crashes, hangs or ends in a traceback; what is accepted can be used."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability import fuzz_poses, fuzzing
from tests.reliability.fuzzing import fuzz, outcome

COUNT = int(os.environ.get("MOTION_RETARGET_2D_FUZZ", "260"))
"""Inputs of each subject; `make fuzz` uses thousands."""


@pytest.mark.parametrize("name", ["poses", "statements", "commands", "videos"])
def test_structured_inputs_are_used_or_refused_in_one_sentence(name: str) -> None:
    results = fuzz(name, seed=1, count=COUNT if name == "poses" else COUNT // 4)
    assert not results.bad, "\n".join(f"seed {seed}: {how}" for seed, how in results.bad[:5])
    names = fuzzing.subject(name).NAMES
    assert {kind for kind, _ in results.counts} == set(names)
    for kind in names:
        assert results.counts[kind, "accepted"], f"no {kind} gets in"


@pytest.mark.parametrize("seed", range(len(fuzz_poses.NAMES)))
def test_a_seed_gives_the_same_input_again(seed: int, tmp_path: Path) -> None:
    from tests.reliability.pose_inputs import made_input

    content = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made_input(seed, tmp_path / name)
        content.append({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()})
    assert content[0].keys() == content[1].keys()
    if not any(name.endswith((".h5", ".npz")) for name in content[0]):  # those hold the time
        assert content[0] == content[1]


def _endless(_seed: int, _folder: Path) -> bool:
    while True:
        pass


def _fails(_seed: int, _folder: Path) -> bool:
    raise KeyError("a")


def _refuses(_seed: int, _folder: Path) -> bool:
    fuzzing.check_sentence("Two\nlines.")
    return False


@pytest.mark.parametrize(
    ("use", "word"),
    [(_endless, "hung"), (_fails, "traceback"), (_refuses, "no sentence"), (lambda *_: True, "accepted")],
)
def test_each_fault_is_told(
    use: Callable[[int, Path], bool], word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzzing, "LONGEST_CPU", 0.3)
    assert outcome(use, 1, tmp_path).partition(":")[0] == word
