"""No pose file, however it is put together, crashes, hangs or ends in a traceback; what is accepted can be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.reliability.fuzz_poses import fuzz, outcome
from tests.reliability.pose_inputs import FORMATS

COUNT = int(os.environ.get("MOTION_RETARGET_2D_FUZZ", "390"))
"""Inputs; `make fuzz` reads 10,000."""


def test_structured_inputs_of_every_format_are_used_or_refused_in_one_sentence() -> None:
    counts, bad = fuzz(seed=1, count=COUNT, every=20 if COUNT >= 10_000 else 0)
    assert not bad, "\n".join(f"seed {seed}: {how}" for seed, how in bad[:5])
    assert {name for name, _ in counts} == set(FORMATS)
    for name in FORMATS:
        assert counts[name, "accepted"] > COUNT / len(FORMATS) / 10, f"hardly any {name} gets in"


@pytest.mark.parametrize("seed", range(len(FORMATS)))
def test_a_seed_gives_the_same_input_again(seed: int, tmp_path: Path) -> None:
    ended = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        ended.append(outcome(seed, tmp_path / name))
    assert ended[0] == ended[1]
    content = [sorted(path.name for path in (tmp_path / name).rglob("*")) for name in ("one", "two")]
    assert content[0] == content[1]
