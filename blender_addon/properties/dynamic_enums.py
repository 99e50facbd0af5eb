"""Items of enums that are made while Blender runs: their texts are kept for good."""

from __future__ import annotations

from collections.abc import Iterable

Item = tuple[str, str, str, int, int]
"""Identifier, name, description, icon (0 for none) and number."""

_texts: dict[str, str] = {}
"""Every text that an item ever had, by itself."""


def lasting_items(items: Iterable[Item]) -> list[Item]:
    """The same items, of texts that are never freed.

    Blender keeps pointers to the texts, no copies, and may draw them after it asked for the items anew. Whatever an
    enum's `items` function returns comes through here; equal texts are kept once.
    """
    return [
        (_lasting(identifier), _lasting(name), _lasting(description), icon, number)
        for identifier, name, description, icon, number in items
    ]


def _lasting(text: str) -> str:
    return _texts.setdefault(text, text)
