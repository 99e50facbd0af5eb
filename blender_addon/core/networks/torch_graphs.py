"""The graphs of both networks in torch, one for each method of `inference`: what torch runs, and what is exported to
ONNX. Tensors come in by the names of that method's arrays and go out by name.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .kinematic_network import KinematicNetwork, ObservationTensors, PoolTensors
from .paper_network import PaperNetwork

Outputs = dict[str, Tensor]
Graph = Callable[..., Outputs]


def body_window(network: KinematicNetwork, seen: ObservationTensors, counted: Tensor) -> Outputs:
    """As `KinematicInference` has it."""
    return _pool(network.pool_body(seen, counted))


def proportions(network: KinematicNetwork, pooled: Tensor, statistics: Tensor) -> Outputs:
    """As `KinematicInference` has it."""
    return {"log_proportions": network.proportions(pooled, statistics)}


def motion_window(
    network: KinematicNetwork, seen: ObservationTensors, log_proportions: Tensor, counted: Tensor
) -> Outputs:
    """As `KinematicInference` has it."""
    motion = network.camera_motion(seen, log_proportions)
    pooled, facing_sums = network.pool_view(motion, counted)
    return {
        "bones": motion.bones,
        "depth_velocity": motion.depth_velocity,
        "contacts": motion.contacts.sigmoid(),
        **_pool(pooled),
        "facing_sums": facing_sums,
    }


def view(network: KinematicNetwork, pooled: Tensor, facing_sums: Tensor) -> Outputs:
    """As `KinematicInference` has it."""
    code = network.view(pooled, facing_sums)
    angles = torch.stack((code.azimuth, code.elevation, code.roll), dim=-1)
    return {"angles": torch.cat((angles, code.posture), dim=-1)}


def encode_motion(network: PaperNetwork, channels: Tensor) -> Outputs:
    """As `PaperInference` has it."""
    return {"motion": network.encode_motion(channels)}


def encode_skeleton(network: PaperNetwork, channels: Tensor) -> Outputs:
    """As `PaperInference` has it."""
    return {"skeleton": network.encode_skeleton(channels)}


def encode_view(network: PaperNetwork, channels: Tensor) -> Outputs:
    """As `PaperInference` has it."""
    return {"view": network.encode_view(channels)}


def decode(network: PaperNetwork, motion: Tensor, skeleton: Tensor, view: Tensor) -> Outputs:
    """As `PaperInference` has it."""
    return {"channels": network.decode(motion, skeleton, view)}


def _pool(pool: PoolTensors) -> Outputs:
    return {"peak": pool.peak, "mass": pool.mass, "total": pool.total}


GRAPHS: dict[str, Graph] = {
    graph.__name__: graph
    for graph in (body_window, proportions, motion_window, view, encode_motion, encode_skeleton, encode_view, decode)
}
"""Each by the name of its method."""
