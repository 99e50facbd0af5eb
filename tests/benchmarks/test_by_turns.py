"""The benchmark beside an earlier checkout measures what it is asked for; how fast either is, no test says."""

from __future__ import annotations

from pathlib import Path

from benchmarks import by_turns


def test_the_start_of_a_worker_is_measured_in_both_checkouts(tmp_path: Path) -> None:
    page = tmp_path / "PERFORMANCE.md"
    assert by_turns.main([str(by_turns.ROOT), "--only=start", "--turns=1", f"--output={page}"]) == 0
    text = page.read_text(encoding="utf-8")
    assert all(text.count(f"| {name} | 1 |") == 1 for name in by_turns.STARTS)
    assert by_turns.DETECTION not in text
