"""Which bones of a rig are which of ours: a plain table that can be saved as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ...core.skeleton import BONES, Joint
from ..scene.json_text import in_short, read_json

EXTREMITIES: tuple[str, ...] = ("right_hand", "left_hand", "right_foot", "left_foot", "right_toe", "left_toe")
"""Bones beyond the last joints of the limbs, which the extra landmarks turn."""

CONTROLS: tuple[str, ...] = tuple(
    f"{side}_{control}"
    for control in ("hand_target", "elbow_pole", "foot_target", "knee_pole")
    for side in ("right", "left")
)
"""Bones by which IK bends the limbs: what hand or foot is drawn to, and what elbow or knee looks at."""

VERSION = 1
LARGEST_SWITCH = 1e9
"""What a number of a rig is set to at most: it may be a whole one."""
_BONE_NAMES = {bone.name.lower(): bone for bone in BONES}

ROOT = "root"
PARTS: tuple[str, ...] = (ROOT, *_BONE_NAMES, *EXTREMITIES, *CONTROLS)
"""Everything that bones are mapped to: the root, each of BONES by its child joint in small letters, the extremities,
and the controls of IK.
"""

BY_HAND = "hand"
"""The origin of what a person mapped."""


@dataclass(frozen=True)
class BoneSwitch:
    """A number that the rig must be set to for the mapped bones to move it, such as Rigify's IK_FK: the pose bone's own
    property.
    """

    bone: str
    property: str
    value: float


@dataclass(frozen=True)
class BoneMap:
    """The rig's bones for each of ours.

    `chains`: for one of BONES (named for its child joint) the rig's bones from the parent joint to the child joint,
    nearest the parent first; one that is missing is not mapped. The hips are in the chain of the NECK where they lie
    along the trunk. Twist and helper bones are in none. `root` carries the trajectory, "" where none does;
    `extremities` are of EXTREMITIES; `origin` says what found them ("structure", "Mixamo", …) and `confidence` (0..1)
    its confidence; `sources` is the origin of those of PARTS that came from elsewhere. `switches` are to be set
    before the bones move anything. `controls` are of CONTROLS: a limb without a target is keyed by its own bones; None
    where the rig's own IK is to be looked for.
    """

    chains: Mapping[Joint, tuple[str, ...]]
    root: str
    extremities: Mapping[str, str] = field(default_factory=dict)
    origin: str = BY_HAND
    confidence: float = 1.0
    switches: tuple[BoneSwitch, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    controls: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        chains = {bone: tuple(self.chains[bone]) for bone in BONES if self.chains.get(bone)}
        extremities = {name: self.extremities[name] for name in EXTREMITIES if self.extremities.get(name)}
        object.__setattr__(self, "chains", MappingProxyType(chains))
        object.__setattr__(self, "extremities", MappingProxyType(extremities))
        if self.controls is not None:
            object.__setattr__(
                self,
                "controls",
                MappingProxyType({name: self.controls[name] for name in CONTROLS if self.controls.get(name)}),
            )
        object.__setattr__(
            self, "sources", MappingProxyType({part: self.sources[part] for part in PARTS if self.sources.get(part)})
        )

    def part(self, part: str) -> tuple[str, ...]:
        """The bones mapped to one of PARTS, from the body outwards; none where it is not mapped."""
        if part in _BONE_NAMES:
            return self.chains.get(_BONE_NAMES[part], ())
        bone = self.root if part == ROOT else self.extremities.get(part, "") or (self.controls or {}).get(part, "")
        return (bone,) if bone else ()

    def with_part(self, part: str, bones: Sequence[str], source: str = BY_HAND) -> BoneMap:
        """The map with other bones for one of PARTS.

        Raises ValueError where that takes one bone and is given several, or where there is no such part.
        """
        if part not in PARTS:
            raise ValueError(f"There is no part {part} of a body; use one of {', '.join(PARTS)}.")
        changed = replace(self, sources={**self.sources, part: source})
        if part in _BONE_NAMES:
            return replace(changed, chains={**self.chains, _BONE_NAMES[part]: tuple(bones)})
        if len(bones) > 1:
            raise ValueError(f"The {part.replace('_', ' ')} is one bone, and {len(bones)} are given; choose one.")
        bone = bones[0] if bones else ""
        if part in CONTROLS:
            return (
                replace(changed, controls={**(self.controls or {}), part: bone})
                if bone or self.controls is not None
                else self
            )
        return (
            replace(changed, root=bone)
            if part == ROOT
            else replace(changed, extremities={**self.extremities, part: bone})
        )

    def source(self, part: str) -> str:
        """What mapped one of PARTS."""
        return self.sources.get(part, self.origin)

    def renamed(self, names: Mapping[str, str]) -> BoneMap:
        """The map by other names: old name to new, the same where it is not in the table."""
        return replace(
            self,
            chains={joint: tuple(names.get(name, name) for name in chain) for joint, chain in self.chains.items()},
            root=names.get(self.root, self.root),
            extremities={part: names.get(name, name) for part, name in self.extremities.items()},
            switches=tuple(replace(switch, bone=names.get(switch.bone, switch.bone)) for switch in self.switches),
            controls={part: names.get(name, name) for part, name in self.controls.items()}
            if self.controls is not None
            else None,
        )

    @property
    def bones(self) -> tuple[str, ...]:
        """Every bone of the rig that is mapped, each once: the root first. Without controls, which are no part of the
        body.
        """
        named = (
            *self.part(ROOT),
            *(name for chain in self.chains.values() for name in chain),
            *self.extremities.values(),
        )
        return tuple(dict.fromkeys(named))

    @property
    def named(self) -> tuple[str, ...]:
        """Every bone that the map names: those of the body, then the controls that draw its limbs."""
        return (*self.bones, *(self.controls or {}).values())

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
            "sources": dict(self.sources),
        } | ({"controls": dict(self.controls)} if self.controls is not None else {})
        return json.dumps(document, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> BoneMap:
        """The map that `to_json` wrote. Raises ValueError, in one sentence, where the text is no such map."""
        document = read_json(text, "The bone map", "choose a file that was saved as a bone map")
        if (
            not isinstance(document, dict)
            or not isinstance(document.get("bones"), dict)
            or not isinstance(document.get("root"), str)
        ):
            raise ValueError(
                'The file is no bone map: it lacks "root" or "bones"; choose a file that was saved as a bone map.'
            )
        if document.get("version", VERSION) != VERSION:
            raise ValueError(
                f"The bone map is of version {in_short(document['version'])} and this add-on reads version {VERSION}; update the add-on."
            )
        return cls._read(document)

    @classmethod
    def _read(cls, document: Mapping[str, object]) -> BoneMap:
        bones, extremities, controls, sources = (
            _table(document, key) for key in ("bones", "extremities", "controls", "sources")
        )
        known = ((bones, tuple(_BONE_NAMES)), (extremities, EXTREMITIES), (controls, CONTROLS))
        if unknown := [name for table, names in known for name in table if name not in names]:
            raise ValueError(
                f"The bone map names {', '.join(unknown)}, which is no bone of ours; use {', '.join(name for _, names in known for name in names)}."
            )
        confidence, switches = document.get("confidence", 1.0), document.get("switches", [])
        try:
            return cls(
                chains={_BONE_NAMES[name]: _names(chain) for name, chain in bones.items()},
                root=str(document["root"]),
                extremities={name: _names([bone])[0] for name, bone in extremities.items()},
                origin=str(document.get("origin", "hand")),
                confidence=min(1.0, max(0.0, float(confidence))),  # type: ignore[arg-type]
                switches=tuple(_switch(*switch) for switch in switches),  # type: ignore[attr-defined]
                sources={part: str(source) for part, source in sources.items()},
                controls={name: _names([bone])[0] for name, bone in controls.items()}
                if "controls" in document
                else None,
            )
        except (TypeError, ValueError) as error:
            raise ValueError(
                "The bone map has an entry that is no list of bone names; fix it, or choose another file."
            ) from error


def _switch(bone: object, name: object, value: object) -> BoneSwitch:
    if not isinstance(value, int | float) or abs(value) > LARGEST_SWITCH:
        raise ValueError(value)
    return BoneSwitch(str(bone), str(name), float(value))


def _table(document: Mapping[str, object], key: str) -> dict[str, object]:
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise ValueError(f'The bone map\'s "{key}" is no table of names; fix it, or choose another file.')
    return table


def _names(chain: object) -> tuple[str, ...]:
    if not isinstance(chain, list) or not all(isinstance(name, str) for name in chain):
        raise TypeError(chain)
    return tuple(chain)
