"""Text of files and of the system, as it can be shown."""

from __future__ import annotations

from collections.abc import Sequence


def shown(text: str) -> str:
    """The text in one line with no letter that a panel or a terminal cannot show: a 0 would end it, half a surrogate
    cannot be written, and others move what stands beside them.
    """
    return "".join(letter if letter.isprintable() else "�" for letter in text)


NO_VALUE = "=--"
LONGEST_QUOTE = 100
"""Letters of a word that an error quotes."""


def quoted(word: str) -> str:
    """The word in quotes, as an error shows it: a long one is cut."""
    return repr(word if len(word) <= LONGEST_QUOTE else f"{word[:LONGEST_QUOTE]}…")


LONGEST_SENTENCE, HEAD_KEPT, TAIL_KEPT = 900, 500, 250
"""Letters of a sentence; of a longer one, which quotes something endless, those of its beginning and its end."""


def sentence(error: ValueError | OSError) -> str:
    """What is said of an error: its own sentence, or one about the file where the system raised it."""
    said = str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename} cannot be used" if error.filename else "A file cannot be used"
        said = f"{place} ({error.strerror}); check that it is there and the disk has room."
    return shown(said if len(said) <= LONGEST_SENTENCE else f"{said[:HEAD_KEPT]}…{said[-TAIL_KEPT:]}")


def bare_option(words: Sequence[str]) -> str:
    """The option of a word such as `--fps=--`, which gives it no value; empty where there is none."""
    return next((word[: -len(NO_VALUE)] for word in words if word.startswith("--") and word.endswith(NO_VALUE)), "")
