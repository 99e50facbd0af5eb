"""Which channels of a rig are keyed: the limbs and their amounts, the use of the current pose, and what carries the
path.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.limbs import Limb
from ..core.shown import quoted
from .kinds import (
    SHARE,
    Block,
    Choice,
    Item,
    Number,
    SomeOf,
    Switch,
    automatic,
    data_block,
    number,
    one_of,
    share,
    switch,
    word_of,
)
from .setting import Option, Property, Setting, Topic, declared, path_of

LIMB_TIPS = {
    Limb.RIGHT_ARM: "The performer's right arm, with shoulder and hand",
    Limb.LEFT_ARM: "The performer's left arm, with shoulder and hand",
    Limb.RIGHT_LEG: "The performer's right leg and foot",
    Limb.LEFT_LEG: "The performer's left leg and foot",
    Limb.BODY: "Hips and spine, and the path",
    Limb.HEAD: "Neck and head",
}
LIMB_ITEMS = tuple(
    Item(limb.name, limb.value, tip, word_of(limb.name), "NONE", 1 << at, limb)
    for at, (limb, tip) in enumerate(LIMB_TIPS.items())
)


class PoseUse(Choice):
    """How the rig's current pose is used."""

    REST = "REST", "Not Used", "Amounts blend from the rest pose to the motion", "unused"
    CURRENT = ("CURRENT", "Starting Point", "Amounts blend from the current pose to the motion", "start")
    ADDED = ("ADDED", "Add to Current Pose", "The motion is added on top of the current pose", "kept")


class RootMotion(Choice):
    """What carries the character along its path."""

    BONE = "BONE", "Root Bone", "The rig's root bone carries the character along its path"
    IN_PLACE = "IN_PLACE", "In Place", "The character stays in place, and bobs and sways there"
    ARMATURE = ("ARMATURE", "Armature Object", "The armature object follows the path; the root bone bobs and sways")
    OBJECT = ("OBJECT", "Another Object", "The armature's parent follows the path: the chosen object, or a new empty")


@dataclass(frozen=True, kw_only=True)
class LimbAmounts(Setting):
    """A share of the motion for each limb, a property each: `--amount LIMB=F`, several times."""

    metavar: str = "LIMB=0..1"

    def properties(self) -> tuple[Property, ...]:
        """A FloatProperty a limb."""
        return tuple(
            made._replace(arguments=made.arguments | {"name": limb.value})
            for limb in LIMB_TIPS
            for made in Number(
                default=1.0, label=self.label, description=self.description, name=limb.name.lower(), **SHARE
            ).properties()
        )

    def read(self, group: Any) -> dict[Limb, float]:
        """The share of each."""
        return {limb: getattr(group, limb.name.lower()) for limb in LIMB_TIPS}

    def assigned(self, value: Any) -> dict[str, Any]:
        """Those that are given."""
        return {path_of(self.group, limb.name.lower()): amount for limb, amount in dict(value).items()}

    def option(self, **arguments: Any) -> Option:
        return super().option(action="append")

    def parse(self, text: str) -> tuple[Limb, float]:
        """One limb and its share."""
        word, _, amount = text.partition("=")
        limbs = {item.word: item.value for item in LIMB_ITEMS}
        if word not in limbs:
            raise argparse.ArgumentTypeError(f"{quoted(word)} is no limb, give {', '.join(limbs)}")
        return limbs[word], Number(default=1.0, **SHARE).parse(amount)

    def said(self, value: Mapping[Limb, float]) -> str:
        """All of it, or limb by limb."""
        told = ", ".join(f"{word_of(limb.name)}={amount:g}" for limb, amount in value.items() if amount != 1.0)
        return told or "1 for each"


@dataclass(frozen=True)
class ChannelSettings(Topic):
    """`limbs` that are keyed; `amounts` 0..1 of the motion in each, 1 where none is named; `carrier`: the object
    for RootMotion.OBJECT.

    `follow_turn` 0..1: how far shoulders and hips of cut-out rigs go to where the view has them.

    `artwork`: show the artwork of a cut-out for the view that it is seen in.

    `stretch` 0..1: how much limbs of cut-out rigs shorten as they are seen to, with `auto_stretch` only where they
    clearly do; `shortest` and `longest` that they get, in lengths; `volume` 0..1: how much wider they grow, 1 for as much as keeps their area.
    """

    group = "channels"
    heading = "channels of a rig"

    limbs: frozenset[Limb] = declared(
        SomeOf(default=frozenset(Limb), label="Limbs", items=LIMB_ITEMS, word="key-limbs", drawn=False)
    )
    """The limbs that get keys"""
    amounts: Mapping[Limb, float] = declared(LimbAmounts(default={}, label="Amount", word="amount", drawn=False))
    """How much of the motion the limb takes on: 0 leaves it in its pose"""
    pose: PoseUse = one_of(PoseUse.REST, "Current Pose", word="pose")
    """How the rig's current pose is used"""
    root: RootMotion = one_of(RootMotion.BONE, "Path", word="path")
    """What carries the character along its path"""
    carrier: Block | None = data_block(
        "Carrier",
        word="carrier",
        placeholder="A new empty",
        applies=lambda channels: channels.root is RootMotion.OBJECT,
    )
    """The object that follows the path; empty for a new one"""
    follow_turn: float = share(1.0, "Follow the Turn", word="follow-turn")
    """How far shoulders and hips of cut-outs take the width, and the sides, that they have in the view"""
    artwork: bool = switch(True, "Artwork for Views", word="artwork-views", drawn=False)
    """Show the artwork of a cut-out for the view that the performer is seen in, where it has some: side, back and others
    """
    stretch: float = automatic(
        1.0,
        "Amount",
        Number(default=1.0, **SHARE),
        Switch(
            default=True,
            label="Foreshortening",
            description="Let limbs of cut-out rigs shorten as they do in the view, instead of keeping their length",
            name="use_stretch",
        ),
        flag_unused=False,
        unused=0.0,
        unused_word="0",
        word="stretch",
        drawn=False,
    )
    """How much limbs shorten when they are foreshortened in the view"""
    auto_stretch: bool = switch(True, "Only Where Clear", word="auto-stretch", drawn=False)
    """Choose by what reads better: limbs that clearly point to the viewer or away are as short as they are seen, and
    limbs that show nearly all of their length keep it. So do limbs whose bones hand scale on to their children. Off,
    all are as long as they are seen, and such children are set to inherit no scale
    """
    shortest: float = share(0.5, "Shortest", least=0.1, metavar="0.1..1", word="shortest", drawn=False)
    """Shortest length of a limb, as a part of its own length"""
    longest: float = number(1.15, "Longest", least=1.0, most=2.0, metavar="1..2", word="longest", drawn=False)
    """Longest length of a limb, as a multiple of its own length"""
    volume: float = share(0.5, "Keep Volume", word="keep-volume", drawn=False)
    """How much a limb widens as it shortens: 1 keeps its area"""

    def amount(self, limb: Limb) -> float:
        """How much of the motion the limb takes on."""
        return self.amounts.get(limb, 1.0)
