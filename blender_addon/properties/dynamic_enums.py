"""Items of enums that are made while Blender runs. Their texts are never freed."""

from __future__ import annotations

from collections.abc import Iterable

Item = tuple[str, str, str, int, int]
"""Identifier, name, description, icon (0 for none) and number."""

_texts: dict[str, str] = {}
"""Every text of an item so far."""


def lasting_items(items: Iterable[Item]) -> list[Item]:
    """The same items, with texts that are never freed.

    Blender keeps pointers to the texts, not copies, and may draw them after it has asked for new items. So every
    `items` function of an enum returns its items through here. Equal texts are kept once.
    """
    return [
        (_lasting(identifier), _lasting(name), _lasting(description), icon, number)
        for identifier, name, description, icon, number in items
    ]


def _lasting(text: str) -> str:
    return _texts.setdefault(text, text)
