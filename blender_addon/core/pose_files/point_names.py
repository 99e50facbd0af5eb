"""What the points of other tools' files are called, and which of ours they are: the names in a file decide, whatever
their order.

Common spellings are known (`LeftShoulder`, `l_shoulder`, `shoulder_L`), and the names of COCO, HALPE, MPII, PoseTrack,
CrowdPose, Human3.6M and Kinect; others are mapped by the user, with `body_parts`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence

from ..pose_sequence import JOINT_NAMES
from ..skeleton import EXTRA_LANDMARKS, JointLayout
from .pose_file import PoseFileError, Source

logger = logging.getLogger(__name__)

ENOUGH_JOINTS = 8
"""With fewer of our 15 joints than this named, the names were not understood."""

SIDES = {"l": "left", "left": "left", "r": "right", "right": "right"}
WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")

PARTS = {
    **{
        part: part
        for part in ("nose", "neck", "head", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "ear", "eye", "heel")
    },
    **{part: "toe" for part in ("toe", "bigtoe", "toes", "footindex", "toetip")},
    **{part: "head_top" for part in ("headtop", "tophead", "topofhead", "vertex", "crown")},
    **{part: "upper_neck" for part in ("upperneck", "headbottom")},
    **{part: "mid_hip" for part in ("pelvis", "midhip", "root", "hipcenter", "centerhip", "bodycenter", "spinebase")},
    **{part: "index_knuckle" for part in ("indexknuckle", "forefinger1", "index1", "indexmcp", "indexfingermcp")},
    **{part: "nose" for part in ("nosetip", "necknose")},
    "midshoulder": "neck",
    "spineshoulder": "neck",
}
"""Our names of body parts by theirs, in one word and without a side."""

SECOND_CHOICE = {
    "hand": "wrist",
    "foot": "ankle",
    "thorax": "neck",
    "neckbase": "neck",
    "hip": "mid_hip",
    "hips": "mid_hip",
}
"""What stands for a point of ours where the file does not name that itself."""

KNOWN = frozenset({*JOINT_NAMES, *EXTRA_LANDMARKS, "head_top", "upper_neck", "left_eye", "right_eye"})
"""Every point that says something about a body."""

POINTS = (*JOINT_NAMES, *EXTRA_LANDMARKS)
"""The points that a user may name."""

NO_LIMB_OF_A_PERSON = frozenset(
    {"tail", "paw", "hoof", "withers", "wing", "beak", "horn", "antler", "snout", "muzzle", "fin", "antenna", "claw"}
)
"""Words of body parts that no person has."""

ANIMALS = (
    *("animal", "quadruped", "dog", "cat", "horse", "cow", "sheep", "goat", "pig", "bird", "bear", "macaque", "monkey"),
    *("ape", "chimpanzee", "mouse", "rat", "rodent", "fly", "locust", "zebra", "tiger", "lion", "elephant", "giraffe"),
    *("fish", "lizard", "insect"),
)
THINGS = ("car", "bus", "truck", "bicycle", "motorcycle", "vehicle", "chair", "table", "sofa", "bed")
NO_PERSON = frozenset((*ANIMALS, *THINGS))
"""Words of categories that are of no people."""

PEOPLE = frozenset(
    ("person", "people", "human", "man", "woman", "child", "boy", "girl", "dancer", "player", "performer")
)
"""Words of categories that are of people, whatever else they name."""

NO_BODIES = (
    *("ap10k", "ap36k", "animal", "horse", "macaque", "atrw", "fly", "locust", "zebra", "freihand", "interhand"),
    *("onehand", "panoptichand", "rhd", "300w", "wflw", "aflw", "cofw", "lapa", "deepfashion", "carfusion"),
)
"""What data sets of animals, hands, faces and things begin with, as MMPose calls them."""


def our_name(part: str) -> str | None:
    """What we call a body part, from its own name; None where that is not clear."""
    side, rest = _side_and_rest(part)
    return _on_side(PARTS.get(rest), side)


def is_of_no_person(*called: str) -> bool:
    """Whether what a category is called, and what it belongs to, has a word of animals or things and none of people."""
    words = {word.lower() for text in called for word in WORDS.findall(text)}
    words |= {word.removesuffix("s") for word in words}
    return words.isdisjoint(PEOPLE) and not words.isdisjoint(NO_PERSON)


def is_dataset_of_no_body(called: str) -> bool:
    """Whether a data set is known to be of animals, hands or faces."""
    word = "".join(letter for letter in called.lower() if letter.isalnum())
    return word.startswith(NO_BODIES) or word.endswith(("hand", "face"))


def named_layout(source: Source, names: Sequence[str]) -> JointLayout:
    """The layout whose points have these names, in their order.

    Args:
        source: The file, and what the user says of it: `body_parts` outweighs what we know.
        names: A name a point.

    Returns:
        A layout of as many points; those that are none of ours keep their own name.

    Raises:
        PoseFileError: The names are of no person, two are the same point, or too few are known.
    """
    if len(set(names)) < len(names):
        doubled = next(name for name in names if names.count(name) > 1)
        raise source.error(f"names two of its points {doubled[:80]}; export the poses again.")
    known = _known(source, names)
    words = {name: {word.lower() for word in WORDS.findall(name)} for name in names if name not in known}
    if strange := [name for name in words if words[name] & NO_LIMB_OF_A_PERSON]:
        raise source.error(f"has points of no person ({', '.join(strange)[:200]}); choose a file of a person's poses.")
    ours = list(known.values())
    if twice := [part for part, name in known.items() if ours.count(name) > 1]:
        raise source.error(
            f"has body parts that are the same point of ours: {', '.join(twice)[:200]}; say which is which with --body-parts."
        )
    unknown = [name for name in names if name not in known]
    if (count := sum(name in JOINT_NAMES for name in ours)) < ENOUGH_JOINTS and not unknown:
        raise source.error(f"has {count} joints of a body; export the whole body, {ENOUGH_JOINTS} joints at least.")
    if count < ENOUGH_JOINTS:
        raise source.error(f"has body parts we do not know: {', '.join(unknown)[:200]}; name them with --body-parts.")
    return JointLayout("named", tuple(known.get(name, f"({at}) {name}") for at, name in enumerate(names)))


def told_unknown(source: Source, layout: JointLayout) -> None:
    """Say which points are passed over."""
    unknown = [name.partition(" ")[2] for name in layout.points if name.startswith("(")]
    if unknown:
        logger.warning("%s: body parts passed over: %s", source.path.name, ", ".join(unknown)[:200])


def _known(source: Source, names: Sequence[str]) -> dict[str, str]:
    """From the file's names to ours."""
    known = {name: ours for name in names if (ours := source.body_parts.get(name) or our_name(name))}
    rests = {name: _side_and_rest(name) for name in names}
    words = {rest for _, rest in rests.values()}
    if {"thorax", "neckbase"} <= words:  # Human3.6M: the one above the neck is the nose, and the head its top
        renamed = {"neckbase": "nose", "head": "head_top"}
    elif "ear" in words or {"thorax", "necknose"} <= words:
        renamed = {"head": "head_top"}
    else:
        renamed = {}
    known |= {name: renamed[rest] for name, (side, rest) in rests.items() if rest in renamed and not side}
    known |= {name: ours for name in names if (ours := source.body_parts.get(name))}
    for name, (side, rest) in rests.items():
        second = _on_side(SECOND_CHOICE.get(rest), side)
        if second is not None and name not in known and second not in known.values():
            known[name] = second
    return known


def _side_and_rest(part: str) -> tuple[str, str]:
    """The side of a body part, empty where it has none or two, and its words without that, joined."""
    words = [word.lower() for word in WORDS.findall(part)]
    sides = [SIDES[word] for word in words if word in SIDES]
    rest = "".join(word for word in words if word not in SIDES)
    if len(sides) > 1:
        return "", "".join(words)
    if sides:
        return sides[0], rest
    for prefix, side in SIDES.items():
        if rest.startswith(prefix) and rest.removeprefix(prefix) in {**PARTS, **SECOND_CHOICE}:
            return side, rest.removeprefix(prefix)
    return "", rest


def _on_side(name: str | None, side: str) -> str | None:
    """A part's name with its side, where that is a point that says something."""
    if name is None:
        return None
    full = f"{side}_{name}" if side else name
    return full if full in KNOWN else None


def body_parts_of(given: Mapping[str, str] | str | None) -> dict[str, str]:
    """From "ankle1=right_ankle, knee1=right_knee" to names of ours by the file's.

    Raises:
        PoseFileError: It is written otherwise, or names no point of ours.
    """
    if given is None or isinstance(given, Mapping):
        parts = dict(given or {})
    else:
        pairs = [pair.partition("=") for pair in given.split(",") if pair.strip()]
        if not all(name.strip() and equals for name, equals, _ in pairs):
            raise PoseFileError(
                f'The body parts "{given[:80]}" are written in another way; write NAME=POINT, such as ankle1=right_ankle,knee1=right_knee.'
            )
        parts = {name.strip(): ours.strip().lower() for name, _, ours in pairs}
    if unknown := [ours for ours in parts.values() if ours not in POINTS]:
        raise PoseFileError(
            f"The body parts name {unknown[0][:40]}, which is no point of ours; name one of {', '.join(POINTS)}."
        )
    return parts
