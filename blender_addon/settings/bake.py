"""The bake: its targets, its first frame, and the network."""

from __future__ import annotations

from dataclasses import dataclass

from .bake_targets import BakeTarget
from .kinds import Choice, SomeOf, items_of, one_of, whole
from .setting import Topic, declared

LAST_FRAME = 1_048_574
"""The last frame that a scene of Blender can have."""


class Network(Choice):
    """The network that separates motion, skeleton and view."""

    KINEMATIC = "KINEMATIC", "Kinematic", "Bone directions in space: any proportions, any view, and depth"
    PAPER = "PAPER", "Paper", "The network of Aberman et al. 2019, for comparison"


@dataclass(frozen=True)
class BakeSettings(Topic):
    """The targets, the scene frame that the motion starts at, and the network."""

    heading = "bake"

    targets: frozenset[BakeTarget] = declared(
        SomeOf(
            default=frozenset({BakeTarget.RIG}),
            label="Bake",
            items=items_of(BakeTarget),
            old_item_words={"grease-pencil": BakeTarget.FIGURE},
            name="bake",
            word="bake",
            drawn=False,
        )
    )
    """What the motion is baked to"""
    start_frame: int = whole(1, "Start Frame", word="start-frame", asked=(-LAST_FRAME, LAST_FRAME))
    """The scene frame that the motion starts at"""
    model: Network = one_of(Network.KINEMATIC, "Network", word="model", motion=True, drawn=False)
    """The network that separates motion, skeleton and view"""
