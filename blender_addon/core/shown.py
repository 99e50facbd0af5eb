"""Text of files and of the system, as it can be shown."""

from __future__ import annotations


def shown(text: str) -> str:
    """The text in one line with no letter that a panel or a terminal cannot show: a 0 would end it, half a surrogate
    cannot be written, and others move what stands beside them.
    """
    return "".join(letter if letter.isprintable() else "�" for letter in text)


LONGEST_QUOTE = 100
"""Letters of a word that an error quotes."""


def quoted(word: str) -> str:
    """The word in quotes, as an error shows it: a long one is cut."""
    return repr(word if len(word) <= LONGEST_QUOTE else f"{word[:LONGEST_QUOTE]}…")
