"""The objectives by model."""

from __future__ import annotations

from collections.abc import Callable

import torch

from blender_addon.core.networks.kinematic_network import KinematicNetwork
from blender_addon.core.networks.stored_networks import KinematicSize

from .configuration import Model
from .kinematic_objective import KinematicObjective
from .paper_objective import PaperObjective
from .synthetic import SyntheticClips


def _kinematic(_clips: SyntheticClips, _generator: torch.Generator) -> KinematicObjective:
    return KinematicObjective(KinematicNetwork(KinematicSize()))


OBJECTIVES: dict[Model, Callable[[SyntheticClips, torch.Generator], KinematicObjective | PaperObjective]] = {
    Model.KINEMATIC: _kinematic,
    Model.PAPER: PaperObjective.measured_on,
}
"""Each makes a new network; ours are told apart by the training clips and random numbers that some need to measure
their input.
"""
