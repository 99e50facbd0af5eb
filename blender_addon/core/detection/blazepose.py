"""BlazePose with MoveNet: MoveNet finds people now and then, BlazePose their landmarks in every frame."""

from __future__ import annotations

import os
from typing import ClassVar

from ..skeleton import JointLayout
from .following import LOOKS_AT_ONCE, Follower
from .landmarks import LAYOUT, LandmarkFinder
from .people import PeopleFinder
from .providers import Provider


class BlazePose(Follower):
    """33 landmarks a person, with depth."""

    method: ClassVar[str] = "movenet_multipose + blazepose_heavy, 6"
    layout: ClassVar[JointLayout] = LAYOUT
    tells_depth: ClassVar[bool] = True

    def __init__(self, fps: float, provider: Provider = Provider.CPU, threads: int = 0) -> None:
        at_once = min(LOOKS_AT_ONCE, threads or os.cpu_count() or 1) if provider is Provider.CPU else 1
        find_people = PeopleFinder(provider, threads)
        find_landmarks = LandmarkFinder(
            provider, (threads or os.cpu_count() or 1) // at_once if at_once > 1 else threads
        )
        self.provider = find_landmarks.provider
        super().__init__(fps, find_people, find_landmarks, at_once)


DETECTOR = BlazePose
