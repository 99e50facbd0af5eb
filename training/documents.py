"""Pages of figures: the part between two markers is made anew by a command, and what people wrote around it stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def replace_section(page: Path, name: str, text: str, title: str) -> None:
    """Put `text` between the page's markers `<!-- name:begin -->` and `<!-- name:end -->`; at its end where it has
    none.

    A page that does not exist is begun with the title.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    section = f"{begin}\n{text}\n{end}"
    whole = page.read_text(encoding="utf-8") if page.exists() else f"# {title}\n"
    before, marker, rest = whole.partition(begin)
    _, closed, after = rest.partition(end)
    whole = before + section + after if marker and closed else f"{whole.rstrip()}\n\n{section}\n"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(whole, encoding="utf-8")


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its first column to the left and the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
