"""Numbers that a rig is set to so that the mapped bones move it: custom properties of its bones, and how much their IK
counts.
"""

from __future__ import annotations

import re

import bpy

_INFLUENCE = re.compile(r'constraints\["((?:[^"\\]|\\.)*)"\]\.influence')


def influence_of(constraint: bpy.types.Constraint) -> str:
    """What a constraint's influence is called among a bone's numbers."""
    return f'constraints["{bpy.utils.escape_identifier(constraint.name)}"].influence'


def numbers_of(bone: bpy.types.PoseBone) -> list[str]:
    """The numbers of a bone that a map may set: its own properties, and the influence of its IK constraints."""
    own = [key for key, value in bone.items() if isinstance(value, int | float)]
    return [*own, *(influence_of(constraint) for constraint in bone.constraints if constraint.type == "IK")]


def read_number(bone: bpy.types.PoseBone, name: str) -> float:
    """What it is now."""
    found = _INFLUENCE.fullmatch(name)
    return bone.constraints[bpy.utils.unescape_identifier(found[1])].influence if found else bone[name]  # type: ignore[no-any-return]


def write_number(bone: bpy.types.PoseBone, name: str, value: float) -> None:
    """Set it, as the kind of number that it is."""
    found = _INFLUENCE.fullmatch(name)
    if found:
        bone.constraints[bpy.utils.unescape_identifier(found[1])].influence = value
    else:
        bone[name] = type(bone[name])(value)


def path_of_number(bone: bpy.types.PoseBone, name: str) -> str:
    """Where it is keyed."""
    own = bone.path_from_id()
    return f"{own}.{name}" if _INFLUENCE.fullmatch(name) else f'{own}["{bpy.utils.escape_identifier(name)}"]'
