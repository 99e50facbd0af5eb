"""Random cameras: any yaw, pitch from below to above, some roll, from orthographic to strong perspective."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from blender_addon.core.skeleton import Joint

from .kinematics import view_rotation

NEAREST = 0.45
"""Body heights: nothing comes closer to a perspective camera than this."""


@dataclass(frozen=True)
class Cameras:
    """N cameras: `azimuth`, `elevation`, `roll` (N,) in radians; `closeness` (N,), the body's height over the camera's
    distance, 0 where orthographic; `centre` (N, 2), where the performer's mean place is in the picture, in body heights
    from the middle; `pixels` (N,) a body height.
    """

    azimuth: Tensor
    elevation: Tensor
    roll: Tensor
    closeness: Tensor
    centre: Tensor
    pixels: Tensor


@dataclass(frozen=True)
class QuartetCameras:
    """The two views (Q, 2) of each quartet, and four cameras (Q, 4) that film them: roll, lens and picture differ from
    clip to clip.
    """

    azimuth: Tensor
    elevation: Tensor
    roll: Tensor
    closeness: Tensor
    centre: Tensor
    pixels: Tensor

    def of_view(self, view: int, clip: int) -> Cameras:
        """The cameras (Q,) that film clip `clip` of every quartet from its view `view`."""
        return Cameras(
            self.azimuth[:, view],
            self.elevation[:, view],
            self.roll[:, clip],
            self.closeness[:, clip],
            self.centre[:, clip],
            self.pixels[:, clip],
        )


@dataclass(frozen=True)
class CameraSampler:
    """How cameras are drawn.

    Angles in degrees; `level` and `upright` are the parts with no pitch and no roll, `orthographic` that with no
    perspective. Of the others `held` are held about level, with deviations of `held_pitch` and `roll`; the rest pitch
    anywhere in `pitch` and roll anywhere within `widest_roll`.
    """

    pitch: tuple[float, float] = (-20.0, 35.0)
    level: float = 0.4
    roll: float = 5.0
    upright: float = 0.7
    held: float = 0.0
    held_pitch: float = 6.0
    widest_roll: float = 0.0
    nearest: float = 1.6
    orthographic: float = 0.5

    def sample(self, quartets: int, generator: torch.Generator, device: torch.device) -> QuartetCameras:
        """Cameras for so many quartets."""

        def uniform(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=generator, device=device)

        azimuth = (2 * uniform(quartets, 2) - 1) * math.pi

        def normal(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=generator, device=device).clamp(-2.5, 2.5)

        low, high = (math.radians(angle) for angle in self.pitch)
        elevation = torch.where(uniform(quartets, 2) < self.level, 0.0, low + (high - low) * uniform(quartets, 2))
        tilt = normal(quartets, 4) * math.radians(self.roll)
        if self.held > 0:
            about_level = normal(quartets, 2) * math.radians(self.held_pitch)
            elevation = torch.where((elevation != 0) & (uniform(quartets, 2) < self.held), about_level, elevation)
        if self.widest_roll > 0:
            widely = math.radians(self.widest_roll) * (2 * uniform(quartets, 4) - 1)
            tilt = torch.where(uniform(quartets, 4) < self.held, tilt, widely)
        roll = torch.where(uniform(quartets, 4) < self.upright, 0.0, tilt)
        closeness = torch.where(uniform(quartets, 4) < self.orthographic, 0.0, uniform(quartets, 4) / self.nearest)
        centre = 1.2 * (uniform(quartets, 4, 2) - 0.5)
        pixels = 100 * 10 ** uniform(quartets, 4)
        return QuartetCameras(azimuth, elevation, roll, closeness, centre, pixels)


def picture(joints: Tensor, root: Tensor, height: Tensor, camera: Cameras) -> tuple[Tensor, Tensor, Tensor]:
    """Motion as cameras see it: pixels (N, T, 15, 2), pixels per metre (N,) at the performer's mean distance, and depth
    about the mid-hip (N, T, 15) in pixels of the mid-hip's distance, + away from the camera.

    `joints` (N, T, 15, 3) about the mid-hip and `root` (N, T, 3) in metres, body-centred frame, the path's mean at the
    origin; `height` (N,) metres. A camera looks straight ahead past the performer, who stands `centre` off its axis.
    """
    rotation = view_rotation(camera.azimuth, camera.elevation)
    places = (joints + root.unsqueeze(-2)) @ rotation.mT.unsqueeze(1) / height[:, None, None, None]
    offset = camera.centre[:, None, None, :]
    flat = places[..., :2] + offset
    closeness = camera.closeness[:, None, None]
    nearer = (1 + closeness * places[..., 2]).clamp_min(NEAREST * closeness.clamp_min(0.1))
    flat = flat / nearer.unsqueeze(-1)
    hip = Joint.MID_HIP
    depth = (places[..., 2] - places[..., hip, 2].unsqueeze(-1)) / nearer[..., hip].unsqueeze(-1)
    cos, sin = camera.roll.cos()[:, None, None], camera.roll.sin()[:, None, None]
    rolled = torch.stack((flat[..., 0] * cos - flat[..., 1] * sin, flat[..., 0] * sin + flat[..., 1] * cos), dim=-1)
    pixels = camera.pixels[:, None, None]
    return rolled * pixels.unsqueeze(-1), camera.pixels / height, depth * pixels
