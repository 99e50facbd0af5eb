"""The benchmark of the two libraries runs and reports; how fast either is, no test says."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks import backends, throughput
from blender_addon.core.retargeting import Model


def test_runs_take_turns_and_the_first_of_each_does_not_count() -> None:
    order: list[str] = []
    seconds = backends.by_turns([lambda: order.append("one"), lambda: order.append("other")], turns=2)
    assert order == ["one", "other"] * 3
    assert len(seconds) == 2


def test_the_benchmark_writes_both_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "LONG", throughput.Load("one clip of 240 frames", 1, 240))
    page, threads = tmp_path / "PERFORMANCE.md", torch.get_num_threads()
    try:
        assert backends.main(["--threads=1", "--turns=1", "--starts=1", f"--output={page}"]) == 0
    finally:
        torch.set_num_threads(threads)
    text = page.read_text(encoding="utf-8")
    assert text.count("1 thread |") == 3 * len(Model)
    assert all(f"| `{model}` |" in text for model in Model)
    assert str(tmp_path) not in text
