"""A body's skin and clothes as closed tubes and blobs around its skeleton, with colours and weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from training.motion_library import CANONICAL_COUNT, CANONICAL_INDEX, CANONICAL_PARENTS

from .bodies import Colour, Look

Array = NDArray[np.float64]
Weights = dict[str, float]

SEGMENTS = 20
TO_BLENDER = np.array([(1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)])
"""From the motion's axes (Y up, facing +Z) to Blender's (Z up, facing -Y)."""
SIGNS = {"L": 1.0, "R": -1.0}
"""The sign of x on each side."""
STATURE = 1.75
"""Metres of a body on which the widths below are given."""


@dataclass(frozen=True)
class Ring:
    """A cross-section of a tube: `across` and `deep` are half widths, `colour` goes to the faces that follow."""

    centre: tuple[float, float, float]
    across: float
    deep: float
    colour: Colour
    weights: Weights
    square: float = 2.0


@dataclass
class BodyMesh:
    """Vertices (N, 3) in Blender's axes, faces, a colour a face, weights a vertex, and named points of the surface."""

    vertices: list[Array] = field(default_factory=list)
    faces: list[tuple[int, ...]] = field(default_factory=list)
    colours: list[Colour] = field(default_factory=list)
    weights: list[Weights] = field(default_factory=list)
    landmarks: dict[str, tuple[str, Array]] = field(default_factory=dict)
    """Name to the canonical joint that carries the point, and where it is at rest."""

    def add_tube(self, rings: list[Ring], axis: int) -> None:
        """Add a closed tube along an axis of Blender's (0 = X, 1 = Y, 2 = Z); `across` is along X, but along Y of a
        tube along X; `deep` is along the other.
        """
        first = len(self.vertices)
        turn = np.arange(SEGMENTS) * (2 * np.pi / SEGMENTS)
        one, other = {0: (1, 2), 1: (0, 2), 2: (0, 1)}[axis]
        forwards = (rings[-1].centre[axis] > rings[0].centre[axis]) ^ (axis == 1)
        for ring in rings:
            for angle in turn:
                point = np.array(ring.centre, dtype=np.float64)
                cos, sin = np.cos(angle), np.sin(angle)
                point[one] += ring.across * np.sign(cos) * abs(cos) ** (2 / ring.square)
                point[other] += ring.deep * np.sign(sin) * abs(sin) ** (2 / ring.square)
                self.vertices.append(point)
                self.weights.append(ring.weights)
        for index, ring in enumerate(rings[:-1]):
            low = first + index * SEGMENTS
            for k in range(SEGMENTS):
                after = (k + 1) % SEGMENTS
                face = (low + k, low + after, low + SEGMENTS + after, low + SEGMENTS + k)
                self._add_face(face if forwards else face[::-1], ring.colour)
        start = tuple(range(first, first + SEGMENTS))
        end = tuple(range(len(self.vertices) - SEGMENTS, len(self.vertices)))
        self._add_face(start[::-1] if forwards else start, rings[0].colour)
        self._add_face(end if forwards else end[::-1], rings[-1].colour)

    def add_blob(self, centre: Array, size: tuple[float, float, float], colour: Colour, joint: str) -> None:
        """Add an ellipsoid that one joint carries, with half widths `size`."""
        angles = np.linspace(0, np.pi, 9)[1:-1]
        self.add_tube(
            [
                Ring(
                    (float(centre[0]), float(centre[1]), float(centre[2] - size[2] * np.cos(angle))),
                    size[0] * float(np.sin(angle)),
                    size[1] * float(np.sin(angle)),
                    colour,
                    {joint: 1.0},
                )
                for angle in angles
            ],
            2,
        )

    def _add_face(self, face: tuple[int, ...], colour: Colour) -> None:
        self.faces.append(face)
        self.colours.append(colour)


def rest_joints(offsets: Array) -> dict[str, Array]:
    """Where the canonical joints are at rest, in Blender's axes, the hips at the origin."""
    places = np.zeros((CANONICAL_COUNT, 3))
    for joint, parent in enumerate(CANONICAL_PARENTS):
        if parent >= 0:
            places[joint] = places[parent] + offsets[joint]
    return {name: TO_BLENDER @ places[index] for name, index in CANONICAL_INDEX.items()}


def sole_height(joints: dict[str, Array], size: float) -> float:
    """How high the soles are at rest, where the hips are at the origin."""
    ankle = (joints["LFoot"][2] + joints["RFoot"][2]) / 2
    toe = (joints["LToe"][2] + joints["RToe"][2]) / 2
    return float(min(toe - 0.02 * size, ankle - 0.075 * size))


def build_body(look: Look, offsets: Array) -> BodyMesh:
    """Build the mesh at rest: a T-pose, the hips' joint at the origin, facing -Y."""
    joints = rest_joints(offsets)
    stature = float(joints["HeadEnd"][2] - joints["LFoot"][2]) + 0.1
    size = stature / STATURE
    mesh = BodyMesh()
    _add_trunk(mesh, look, joints, size)
    _add_head(mesh, look, joints, size)
    for side in SIGNS:
        _add_arm(mesh, look, joints, side, size)
        _add_hand(mesh, look, joints, side, size)
        _add_leg(mesh, look, joints, side, size)
        _add_shoe(mesh, look, joints, side, size)
    return mesh


def _between(value: float, low: float, high: float) -> float:
    """0 below, 1 above, smooth between."""
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _spine_weights(joints: dict[str, Array], height: float) -> Weights:
    """Of which bones of the spine a ring of this height is."""
    names = ("Hips", "Spine", "Spine1", "Chest", "Neck")
    heights = [float(joints[name][2]) for name in names]
    left = 1.0
    weights: Weights = {}
    for name, low in reversed(list(zip(names[1:], heights[1:], strict=True))):
        share = left * _between(height, low - 0.04, low + 0.04)
        weights[name] = share
        left -= share
    weights["Hips"] = left
    return {name: share for name, share in weights.items() if share > 1e-3}


TRUNK = (
    # share of the way from the hips to the shoulders, half width, half depth, forward, squareness, which thickness
    (-0.20, 0.060, 0.070, 0.00, 2.4, "hips"),
    (-0.14, 0.125, 0.098, 0.00, 2.4, "hips"),
    (-0.02, 0.165, 0.115, -0.005, 2.5, "hips"),
    (0.10, 0.168, 0.115, -0.005, 2.5, "hips"),
    (0.22, 0.152, 0.105, 0.005, 2.4, "waist"),
    (0.36, 0.140, 0.098, 0.008, 2.4, "waist"),
    (0.50, 0.148, 0.104, 0.008, 2.4, "waist"),
    (0.66, 0.165, 0.115, 0.008, 2.5, "chest"),
    (0.80, 0.172, 0.118, 0.002, 2.5, "chest"),
    (0.92, 0.165, 0.105, -0.008, 2.4, "chest"),
    (1.02, 0.125, 0.082, -0.012, 2.2, "chest"),
    (1.09, 0.070, 0.062, -0.010, 2.0, ""),
)


def _add_trunk(mesh: BodyMesh, look: Look, joints: dict[str, Array], size: float) -> None:
    hips = (joints["LUpLeg"] + joints["RUpLeg"]) / 2
    shoulders = (joints["LArm"] + joints["RArm"]) / 2
    rings = []
    for number, (share, across, deep, forward, square, part) in enumerate(TRUNK):
        centre = hips + share * (shoulders - hips)
        thick = size * (look.girth * getattr(look, part) if part else 1.0)
        striped = look.stripes is not None and share > 0.2 and number % 2 == 0
        colour = look.trousers if share < 0.15 else (look.stripes or look.shirt) if striped else look.shirt
        place = (float(centre[0]), float(centre[1]) - forward * size, float(centre[2]))
        rings.append(Ring(place, across * thick, deep * thick, colour, _spine_weights(joints, centre[2]), square))
    mesh.add_tube(rings, 2)
    head, neck = joints["Head"], (joints["LArm"] + joints["RArm"]) / 2
    heights = np.linspace(neck[2] + 0.01 * size, head[2] + 0.05 * size, 5)
    rings = []
    for number, height in enumerate(heights):
        share = number / 4
        y = float(neck[1] + (head[1] - neck[1]) * share)
        weights = {"Neck": 1 - share, "Head": share} if share else {"Chest": 0.5, "Neck": 0.5}
        width = (0.062 - 0.006 * share) * size
        rings.append(Ring((0.0, y, float(height)), width, width * 1.05, look.skin, weights))
    mesh.add_tube(rings, 2)


HEAD = (
    # height from the ears in head heights, half width, half depth, forward
    (-0.50, 0.028, 0.030, 0.045),
    (-0.45, 0.046, 0.055, 0.030),
    (-0.34, 0.060, 0.078, 0.012),
    (-0.18, 0.070, 0.092, 0.003),
    (0.0, 0.076, 0.098, 0.000),
    (0.18, 0.078, 0.100, -0.002),
    (0.34, 0.072, 0.092, -0.004),
    (0.45, 0.055, 0.072, -0.006),
    (0.515, 0.028, 0.036, -0.008),
)
HEAD_HEIGHT = 0.235


def _add_head(mesh: BodyMesh, look: Look, joints: dict[str, Array], size: float) -> None:
    ears = (joints["Head"] + joints["HeadEnd"]) / 2
    tall = HEAD_HEIGHT * size

    def at(x: float, forward: float, up: float) -> Array:
        place: Array = ears + np.array((x * size, -forward * size, up * tall))
        return place

    def rings(grow: float, colour: Colour, rows: tuple[tuple[float, float, float, float], ...]) -> list[Ring]:
        return [
            Ring(
                (float(ears[0]), float(ears[1] - forward * size), float(ears[2] + up * tall * (1 + 0.1 * (grow - 1)))),
                across * size * grow,
                deep * size * grow,
                colour,
                {"Head": 1.0},
                2.2,
            )
            for up, across, deep, forward in rows
        ]

    mesh.add_tube(rings(1.0, look.skin, HEAD), 2)
    bottom = 0.5 - look.hair
    back = [(up, across, deep * 0.8, forward - 0.030) for up, across, deep, forward in HEAD if up >= bottom - 0.06]
    mesh.add_tube(rings(1.09, look.hair_colour, tuple(back)), 2)
    top = [(up + 0.015, across, deep, forward) for up, across, deep, forward in HEAD if up > 0.3]
    mesh.add_tube(rings(1.06, look.hair_colour, tuple(top)), 2)
    white, dark, lips = (0.85, 0.85, 0.83), (0.03, 0.02, 0.02), tuple(0.65 * c for c in look.skin)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        eye, ear = at(sign * 0.031, 0.088, 0.06), at(sign * 0.077, 0.0, 0.0)
        mesh.add_blob(eye, (0.0145 * size, 0.009 * size, 0.008 * size), white, "Head")
        mesh.add_blob(at(sign * 0.031, 0.094, 0.06), (0.0065 * size, 0.006 * size, 0.0065 * size), dark, "Head")
        brow = (0.019 * size, 0.008 * size, 0.0045 * size)
        mesh.add_blob(at(sign * 0.031, 0.092, 0.15), brow, look.hair_colour, "Head")
        mesh.add_blob(ear, (0.012 * size, 0.020 * size, 0.032 * size), look.skin, "Head")
        mesh.landmarks[f"{side}_eye"] = ("Head", at(sign * 0.031, 0.097, 0.06))
        mesh.landmarks[f"{side}_ear"] = ("Head", ear)
    mesh.add_blob(at(0, 0.102, -0.06), (0.013 * size, 0.018 * size, 0.024 * size), look.skin, "Head")
    mesh.add_blob(at(0, 0.106, -0.11), (0.018 * size, 0.016 * size, 0.011 * size), look.skin, "Head")
    mesh.landmarks["nose"] = ("Head", at(0, 0.121, -0.10))
    mesh.add_blob(at(0, 0.088, -0.25), (0.024 * size, 0.010 * size, 0.0065 * size), _colour(lips), "Head")
    if look.beard:
        mesh.add_blob(at(0, 0.062, -0.37), (0.058 * size, 0.040 * size, 0.036 * size), look.hair_colour, "Head")


def _colour(values: tuple[float, ...]) -> Colour:
    return values[0], values[1], values[2]


def _limb_weights(at: float, joint: float, wide: float, above: str, below: str) -> Weights:
    """Weights near a joint: `at` and `joint` are lengths along the limb."""
    share = _between(at, joint - wide, joint + wide)
    return {name: value for name, value in ((above, 1 - share), (below, share)) if value > 1e-3}


ARM = (
    # share: 0 shoulder, 1 elbow, 2 wrist; half width; half depth
    (-0.22, 0.045, 0.060),
    (-0.08, 0.062, 0.070),
    (0.06, 0.060, 0.066),
    (0.25, 0.053, 0.056),
    (0.50, 0.047, 0.050),
    (0.75, 0.043, 0.045),
    (0.90, 0.041, 0.042),
    (1.0, 0.041, 0.042),
    (1.1, 0.042, 0.043),
    (1.28, 0.043, 0.042),
    (1.55, 0.037, 0.034),
    (1.80, 0.030, 0.026),
    (2.0, 0.029, 0.022),
    (2.08, 0.027, 0.019),
)


def _add_arm(mesh: BodyMesh, look: Look, joints: dict[str, Array], side: str, size: float) -> None:
    sign = SIGNS[side]
    shoulder, elbow, wrist = (joints[side + name] for name in ("Arm", "ForeArm", "Hand"))
    upper, lower = abs(elbow[0] - shoulder[0]), abs(wrist[0] - elbow[0])
    rings = []
    for share, across, deep in ARM:
        along = share * upper if share <= 1 else upper + (share - 1) * lower
        centre = (float(shoulder[0] + sign * along), float(shoulder[1]), float(shoulder[2] - 0.006 * size))
        if share < 0.3:
            weights = _limb_weights(along, 0.0, 0.05 * size, "Chest", f"{side}Arm")
        elif share < 1.5:
            weights = _limb_weights(along, upper, 0.035 * size, f"{side}Arm", f"{side}ForeArm")
        else:
            weights = _limb_weights(along, upper + lower, 0.02 * size, f"{side}ForeArm", f"{side}Hand")
        cloth = share < 2 * look.sleeve
        grow = size * (1 + 0.6 * (look.girth - 1)) * (1.1 if cloth else 1.0)
        rings.append(Ring(centre, across * grow, deep * grow, look.shirt if cloth else look.skin, weights))
    mesh.add_tube(rings, 0)


FINGERS = ((0.030, 0.082), (0.010, 0.092), (-0.011, 0.085), (-0.030, 0.066))
"""Where each finger begins before the palm's middle, and how long it is, index to little."""


def _add_hand(mesh: BodyMesh, look: Look, joints: dict[str, Array], side: str, size: float) -> None:
    sign = SIGNS[side]
    wrist = joints[f"{side}Hand"]
    hand = {f"{side}Hand": 1.0}

    def ring(along: float, forward: float, up: float, across: float, deep: float) -> Ring:
        place = wrist + np.array((sign * along, -forward, up)) * size
        return Ring(_colour(tuple(map(float, place))), across * size, deep * size, look.skin, hand, 2.4)

    mesh.add_tube([ring(a, 0, 0, w, d) for a, w, d in ((-0.01, 0.026, 0.018), (0.02, 0.034, 0.018),
                                                       (0.06, 0.043, 0.017), (0.095, 0.042, 0.013))], 0)  # fmt: skip
    for forward, length in FINGERS:
        mesh.add_tube(
            [
                ring(0.085 + share * length, forward * (1 + 0.25 * share), -0.012 * share * share, thick, thick)
                for share, thick in ((0.0, 0.0105), (0.4, 0.0100), (0.75, 0.0092), (0.95, 0.0075), (1.0, 0.004))
            ],
            0,
        )
    mesh.add_tube(
        [
            ring(0.025 + 0.06 * share, 0.025 + 0.045 * share, -0.008 * share, thick, thick)
            for share, thick in ((0.0, 0.015), (0.4, 0.0135), (0.8, 0.011), (1.0, 0.006))
        ],
        0,
    )
    name = {"L": "left", "R": "right"}[side]
    mesh.landmarks[f"{name}_index_knuckle"] = (f"{side}Hand", wrist + np.array((sign * 0.088, -0.030, 0.0)) * size)


LEG = (
    # share: 0 hip, 1 knee, 2 ankle; half width; half depth; forward
    (-0.08, 0.078, 0.098, -0.008),
    (0.05, 0.088, 0.102, -0.006),
    (0.25, 0.084, 0.092, 0.002),
    (0.55, 0.070, 0.076, 0.006),
    (0.80, 0.058, 0.062, 0.006),
    (0.93, 0.055, 0.059, 0.006),
    (1.0, 0.054, 0.059, 0.006),
    (1.08, 0.053, 0.057, 0.002),
    (1.30, 0.054, 0.060, -0.010),
    (1.50, 0.050, 0.055, -0.010),
    (1.75, 0.038, 0.042, -0.004),
    (1.95, 0.034, 0.038, 0.000),
    (2.06, 0.033, 0.038, 0.000),
)


def _add_leg(mesh: BodyMesh, look: Look, joints: dict[str, Array], side: str, size: float) -> None:
    hip, knee, ankle = (joints[side + name] for name in ("UpLeg", "Leg", "Foot"))
    upper, lower = float(hip[2] - knee[2]), float(knee[2] - ankle[2])
    rings = []
    for share, across, deep, forward in LEG:
        along = share * upper if share <= 1 else upper + (share - 1) * lower
        place = (float(hip[0]), float(hip[1] - forward * size), float(hip[2] - along))
        if share < 0.4:
            weights = _limb_weights(along, 0.01, 0.07 * size, "Hips", f"{side}UpLeg")
        elif share < 1.6:
            weights = _limb_weights(along, upper, 0.045 * size, f"{side}UpLeg", f"{side}Leg")
        else:
            weights = _limb_weights(along, upper + lower, 0.025 * size, f"{side}Leg", f"{side}Foot")
        cloth = share < 2 * look.leg
        grow = size * (1 + 0.7 * (look.girth - 1)) * (1.06 if cloth else 1.0)
        rings.append(Ring(place, across * grow, deep * grow, look.trousers if cloth else look.skin, weights))
    mesh.add_tube(rings, 2)


SHOE = (
    # share: 0 ankle, 1 ball of the foot, then to the tip; half width; height
    (-0.62, 0.016, 0.045),
    (-0.55, 0.030, 0.075),
    (-0.25, 0.040, 0.105),
    (0.10, 0.042, 0.105),
    (0.40, 0.044, 0.082),
    (0.75, 0.049, 0.064),
    (1.0, 0.051, 0.055),
    (1.2, 0.050, 0.050),
    (1.45, 0.042, 0.045),
    (1.62, 0.028, 0.038),
    (1.68, 0.012, 0.028),
)
SOLE = 0.018


def _add_shoe(mesh: BodyMesh, look: Look, joints: dict[str, Array], side: str, size: float) -> None:
    ankle, toe = joints[f"{side}Foot"], joints[f"{side}Toe"]
    ground = sole_height(joints, size)
    length = max(float(ankle[1] - toe[1]), 0.11 * size)
    upper, sole = [], []
    for share, across, tall in SHOE:
        y = float(ankle[1] - share * (length if share > 0 else 0.115 * size))
        share_of_toe = _between(share, 0.85, 1.15)
        weights = {f"{side}Foot": 1 - share_of_toe, f"{side}Toe": share_of_toe}
        weights = {name: value for name, value in weights.items() if value > 1e-3}
        low, high = ground + SOLE * 0.8 * size, ground + max(tall, SOLE * 1.6) * size
        middle, half = (low + high) / 2, (high - low) / 2
        upper.append(Ring((float(ankle[0]), y, middle), across * size, half, look.shoes, weights, 2.4))
        flat = (float(ankle[0]), y, ground + SOLE * size / 2)
        sole.append(Ring(flat, across * size * 1.06, SOLE * size / 2, look.sole, weights, 6.0))
    mesh.add_tube(upper, 1)
    mesh.add_tube(sole, 1)
    name = {"L": "left", "R": "right"}[side]
    heel = np.array((ankle[0], ankle[1] + 0.068 * size, ground + SOLE * size))
    tip = np.array((ankle[0], ankle[1] - 1.6 * length, ground + SOLE * size))
    mesh.landmarks[f"{name}_heel"] = (f"{side}Foot", heel)
    mesh.landmarks[f"{name}_toe"] = (f"{side}Toe", tip)
