"""Which bones of a rig are which of ours: a plain table that can be saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ..core.skeleton import BONES, Joint

EXTREMITIES: tuple[str, ...] = ("right_hand", "left_hand", "right_foot", "left_foot", "right_toe", "left_toe")
"""Bones beyond the last joints of the limbs, which the extra landmarks turn."""

VERSION = 1
_BONE_NAMES = {bone.name.lower(): bone for bone in BONES}


@dataclass(frozen=True)
class BoneSwitch:
    """A number that the rig must be set to for the mapped bones to move it, such as Rigify's IK_FK: the pose bone's own property."""

    bone: str
    property: str
    value: float


@dataclass(frozen=True)
class BoneMap:
    """The rig's bones for each of ours.

    `chains`: for one of BONES (named for its child joint) the rig's bones from the parent joint to the child joint, nearest the parent first; one that
    is missing is not mapped. The hips are in the chain of the NECK where they lie along the trunk. Twist and helper bones are in none.
    `root` carries the trajectory; `extremities` are of EXTREMITIES; `origin` says what found them ("structure", "Mixamo", …) and `confidence` (0..1) how
    sure that is. `switches` are to be set before the bones move anything.
    """

    chains: Mapping[Joint, tuple[str, ...]]
    root: str
    extremities: Mapping[str, str] = field(default_factory=dict)
    origin: str = "hand"
    confidence: float = 1.0
    switches: tuple[BoneSwitch, ...] = ()

    def __post_init__(self) -> None:
        chains = {bone: tuple(self.chains[bone]) for bone in BONES if self.chains.get(bone)}
        extremities = {name: self.extremities[name] for name in EXTREMITIES if self.extremities.get(name)}
        object.__setattr__(self, "chains", MappingProxyType(chains))
        object.__setattr__(self, "extremities", MappingProxyType(extremities))

    @property
    def bones(self) -> tuple[str, ...]:
        """Every bone of the rig that is mapped, each once: the root first."""
        named = (self.root, *(name for chain in self.chains.values() for name in chain), *self.extremities.values())
        return tuple(dict.fromkeys(named))

    def to_json(self) -> str:
        """The map as text that `from_json` reads."""
        document = {
            "version": VERSION,
            "origin": self.origin,
            "confidence": round(self.confidence, 3),
            "root": self.root,
            "bones": {bone.name.lower(): list(chain) for bone, chain in self.chains.items()},
            "extremities": dict(self.extremities),
            "switches": [[switch.bone, switch.property, switch.value] for switch in self.switches],
        }
        return json.dumps(document, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> BoneMap:
        """The map that `to_json` wrote. Raises ValueError, in one sentence, where the text is no such map."""
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"The bone map is no JSON: {error.msg} in line {error.lineno}; choose a file that was saved as a bone map.") from error
        if not isinstance(document, dict) or not isinstance(document.get("bones"), dict) or not isinstance(document.get("root"), str):
            raise ValueError('The file is no bone map: it lacks "root" or "bones"; choose a file that was saved as a bone map.')
        if document.get("version", VERSION) != VERSION:
            raise ValueError(f"The bone map is of version {document['version']} and this add-on reads version {VERSION}; update the add-on.")
        return cls._read(document)

    @classmethod
    def _read(cls, document: Mapping[str, object]) -> BoneMap:
        bones, extremities = _table(document, "bones"), _table(document, "extremities")
        if unknown := [*(name for name in bones if name not in _BONE_NAMES), *(name for name in extremities if name not in EXTREMITIES)]:
            raise ValueError(f"The bone map names {', '.join(unknown)}, which is no bone of ours; use {', '.join((*_BONE_NAMES, *EXTREMITIES))}.")
        confidence, switches = document.get("confidence", 1.0), document.get("switches", [])
        try:
            return cls(
                chains={_BONE_NAMES[name]: _names(chain) for name, chain in bones.items()},
                root=str(document["root"]),
                extremities={name: _names([bone])[0] for name, bone in extremities.items()},
                origin=str(document.get("origin", "hand")),
                confidence=min(1.0, max(0.0, float(confidence))),  # type: ignore[arg-type]
                switches=tuple(BoneSwitch(str(bone), str(name), float(value)) for bone, name, value in switches),  # type: ignore[attr-defined]
            )
        except (TypeError, ValueError) as error:
            raise ValueError("The bone map has an entry that is no list of bone names; mend it, or choose another file.") from error


def _table(document: Mapping[str, object], key: str) -> dict[str, object]:
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise ValueError(f'The bone map\'s "{key}" is no table of names; mend it, or choose another file.')
    return table


def _names(chain: object) -> tuple[str, ...]:
    if not isinstance(chain, list) or not all(isinstance(name, str) for name in chain):
        raise TypeError(chain)
    return tuple(chain)
