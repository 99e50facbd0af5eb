"""The body: the character's, or a performer's."""

from __future__ import annotations

from dataclasses import dataclass

from .footage import OtherPerformance, other
from .kinds import Block, Choice, data_block, one_of
from .setting import Topic


class BodyChoice(Choice):
    """The proportions of a figure where no armature gives them."""

    OWN = "OWN", "Performer's Own", "The performer's proportions"
    OTHER = "OTHER", "Another Performer's", "The proportions of another performer, of the same or of another video"


class PostureChoice(Choice):
    """Whose spine and head stand as they do at rest."""

    CHARACTER = (
        "CHARACTER",
        "Character's",
        "Who stoops at rest stoops in motion, as much more or less as the performer moves",
    )
    PERFORMER = "PERFORMER", "Performer's", "Spine and head point where the performer's do"


def _has_armature(body: BodySettings) -> bool:
    return body.armature is not None


def _no_armature(body: BodySettings) -> bool:
    return body.armature is None


@dataclass(frozen=True)
class BodySettings(Topic):
    """The character, None for the body of a performer: which is then `body`, and `source` where it is another one's."""

    heading = "whose body"

    armature: Block | None = data_block("Character", kind="ARMATURE", noun="armature", word="armature")
    """The armature that gives the proportions and gets the rig's keys"""
    posture: PostureChoice = one_of(
        PostureChoice.PERFORMER, "Posture", group="look", word="posture", motion=True, applies=_has_armature
    )
    """How spine and head are held"""
    body: BodyChoice = one_of(BodyChoice.OWN, "Body", group="look", word="body", motion=True, applies=_no_armature)
    """Proportions of the figure where there is no character"""
    source: OtherPerformance = other(
        "Body Like",
        word="like",
        name="body_source",
        group="look",
        chooses=("look.body", "OTHER"),
        motion=True,
        applies=lambda body: _no_armature(body) and body.body is BodyChoice.OTHER,
    )
    """The performance that gives the proportions"""
