"""The view: its angle, the length of limbs, and the plane of the motion."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..core.motion import CameraAngle, Limbs
from ..core.shown import quoted
from .footage import OtherPerformance, other
from .kinds import SHARE, Choice, Number, OneOf, Switch, automatic, items_of, labelled, number, one_of
from .setting import Option, Topic, declared

STEEPEST, ROUND = 90.0, 180.0
MOST_ANGLES = 3


class ViewChoice(Choice):
    """The direction that the performer is seen from."""

    AS_FILMED = "AS_FILMED", "As Filmed", "The view of the camera that filmed"
    FRONT = "FRONT", "Front", "The performer faces the viewer"
    THREE_QUARTER = "THREE_QUARTER", "Three-Quarter", "The performer faces halfway between the viewer and the right"
    SIDE = "SIDE", "Side", "The performer faces to the right"
    ANGLE = "ANGLE", "Angle", "Any angle, which can be animated"
    AS_OTHER = "AS_OTHER", "As Another", "The view of another performance"
    LEVEL = "LEVEL", "As Filmed, Level", "The view of the camera that filmed, without its tilt"


AZIMUTHS: dict[ViewChoice, float] = {ViewChoice.FRONT: 0.0, ViewChoice.THREE_QUARTER: 45.0, ViewChoice.SIDE: 90.0}
"""Degrees of the views that have a name; their elevation is 0."""


class PlaneChoice(Choice):
    """The plane that the motion is put on."""

    OWN = "OWN", "Character's Own", "The plane of a cut-out rig; the front plane for other rigs"
    FRONT = "FRONT", "Front", "The character's front plane"
    SIDE = "SIDE", "Side", "The character's side plane"
    CAMERA = "CAMERA", "Camera", "The plane that the scene camera faces"


LIMB_LABELS = {
    Limbs.FORESHORTENED: ("Foreshortened", "Arms and legs are as long as they look in the view"),
    Limbs.FULL_LENGTH: (
        "Full Length",
        "Arms and legs keep their length, each in the plane in which it moves most, as in cartoons",
    ),
}


@dataclass(frozen=True, kw_only=True)
class NamedViewOrAngle(OneOf):
    """A view that has a name, or AZIMUTH[,ELEVATION[,ROLL]] in degrees, which sets these numbers too."""

    def option(self, **arguments: Any) -> Option:
        return super().option(metavar=f"{'|'.join(self.words)}|AZIMUTH[,ELEVATION[,ROLL]]")

    def parse(self, text: str) -> Any:
        """A view, or azimuth, elevation and roll."""
        if text in self.words:
            return self.words[text]
        angles = angles_of(text)
        if angles is not None and abs(angles[0]) <= ROUND:
            return angles
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is no view, give {', '.join(self.words)}, or AZIMUTH[,ELEVATION[,ROLL]] within 180, 90 and 180 degrees, such as --view=-45,10"
        )

    def assigned(self, value: Any) -> dict[str, Any]:
        """The view, and the angles where they are given."""
        if isinstance(value, ViewChoice):
            return super().assigned(value)
        azimuth, elevation, roll = value
        return super().assigned(ViewChoice.ANGLE) | {"azimuth": azimuth, "elevation": elevation, "roll": roll}


def angles_of(text: str) -> tuple[float, float, float] | None:
    """Azimuth, elevation and roll; None where the text is no angle."""
    try:
        angles = [float(angle) for angle in text.split(",")]
    except ValueError:
        return None
    azimuth, elevation, roll = (*angles, 0.0, 0.0)[:MOST_ANGLES]
    within = abs(azimuth) <= 3600 and abs(elevation) <= STEEPEST and abs(roll) <= 3600
    return (azimuth, elevation, roll) if len(angles) <= MOST_ANGLES and within else None


def _by_angle(view: ViewSettings) -> bool:
    return view.view is ViewChoice.ANGLE


_angle = partial(number, step=500, precision=1, set_by="view", animated=True, applies=_by_angle)
"""Declare degrees, which `--view` sets."""


def _camera(label: str, word: str, flag: str) -> Any:
    """Declare an angle of the camera that filmed, read by the network where nobody says it."""
    return automatic(
        None,
        label,
        Number(default=0.0, least=-STEEPEST, most=STEEPEST, step=100, precision=1),
        Switch(
            default=True,
            label=f"Automatic {label.removeprefix('Camera ')}",
            description=f"The network reads the {label.lower()}",
            name=flag,
        ),
        word=word,
        motion=True,
    )


@dataclass(frozen=True)
class ViewSettings(Topic):
    """Where the performer is seen from, on which plane, and how much limbs leave it (None for the rig's own habit)."""

    heading = "how it is seen"

    view: ViewChoice = declared(
        NamedViewOrAngle(
            default=ViewChoice.AS_FILMED, label="View", items=items_of(ViewChoice), word="view", motion=True
        )
    )
    """Direction that the performer is seen from"""
    azimuth: float = _angle(0.0, "Azimuth", least=-3600.0, most=3600.0, soft=(-ROUND, ROUND))
    """Degrees: 0 faces the viewer, 90 faces to the right. Key values beyond 180 to keep turning"""
    elevation: float = _angle(0.0, "Elevation", least=-STEEPEST, most=STEEPEST)
    """Degrees; positive looks from above"""
    roll: float = _angle(0.0, "Roll", least=-3600.0, most=3600.0, soft=(-ROUND, ROUND))
    """Degrees that the picture is turned clockwise"""
    source: OtherPerformance = other(
        "View Like",
        word="view-like",
        name="view_source",
        group="look",
        chooses=("view", "AS_OTHER"),
        motion=True,
        applies=lambda view: view.view is ViewChoice.AS_OTHER,
    )
    """The performance that gives the view"""
    camera_tilt: float | None = _camera("Camera Tilt", word="camera-tilt", flag="camera_tilt_auto")
    """Degrees that the picture is turned clockwise: a horizon falls to the right by as much"""
    camera_height: float | None = _camera("Camera Height", word="camera-height", flag="camera_height_auto")
    """Degrees that the camera that filmed looks down on the performer; negative looks up"""
    limbs: Limbs = one_of(
        Limbs.FORESHORTENED, "Limbs", items=labelled(LIMB_LABELS), word="limbs", group="look", motion=True
    )
    """The length of arms and legs"""
    plane: PlaneChoice = one_of(PlaneChoice.OWN, "Plane", word="plane")
    """The plane of the scene that the motion is put on"""
    depth: float | None = automatic(
        None,
        "Depth",
        Number(default=1.0, **SHARE),
        Switch(
            default=True, label="Automatic Depth", description="0 for cut-out rigs, 1 for others", name="depth_auto"
        ),
        word="depth",
    )
    """How far limbs leave the plane"""

    @property
    def angles(self) -> tuple[float, float, float] | None:
        """Azimuth, elevation and roll in degrees of a view that stands; None as filmed and as another."""
        if self.view is ViewChoice.ANGLE:
            return self.azimuth, self.elevation, self.roll
        return (AZIMUTHS[self.view], 0.0, 0.0) if self.view in AZIMUTHS else None

    @property
    def camera(self) -> CameraAngle:
        """How the camera that filmed was held, as far as it is said."""
        return CameraAngle(self.camera_tilt, self.camera_height)
