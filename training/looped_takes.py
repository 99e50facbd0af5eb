"""Longer walks and runs: a short take goes on from a late frame to an early one in the same pose, again and again.

Most takes of walking and running last a few seconds, and a network that is to know how far somebody came in ten has to
see it. The place to go on from is found as in motion graphs (Kovar, Gleicher and Pighin, "Motion Graphs", SIGGRAPH
2002, section 3), without turning: a walk goes straight on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from blender_addon.core.keys import smoothstep

from .motion_library import Array, MotionClip, MotionLibrary, joint_positions, leg_length, world_rotations

SHORTEST_LOOP = 0.5
"""Seconds: about the shortest stride, two steps, of a run."""

LARGEST_JUMP = 0.08
"""Leg lengths, rms over joints and the frames around: two frames further apart are no place to go on from."""

SLOWEST = 0.6
"""Leg lengths a second, straight from the loop's begin to its end: what is slower gets nowhere, however long."""

FARTHEST = 10.0
"""Leg lengths: a stage's or a street's width. A run that went on for as long as a walk would weigh more than all other
paths together.
"""

_AROUND = (-2, -1, 0, 1, 2)
"""Frames that are compared: the pose, and where it goes."""

_BLEND = 6
"""Frames over which a loop's end becomes what came before its begin."""


def with_longer_walks(library: MotionLibrary, frames: int) -> MotionLibrary:
    """The library with a clip of up to so many frames beside each shorter one that gets somewhere and has a loop."""
    walks = [(clip, lengthened(clip, frames)) for clip in library.clips if len(clip) < frames]
    longer = [walk for clip, walk in walks if walk is not None and len(walk) > len(clip)]
    return replace(library, clips=(*library.clips, *longer))


def lengthened(clip: MotionClip, frames: int) -> MotionClip | None:
    """A clip that repeats the loop of a shorter one, for so many frames or until it has come FARTHEST; None where it
    has no loop that gets somewhere.
    """
    clip = _soundest(clip)
    loop = _loop(clip)
    if loop is None:
        return None
    first, last = loop
    step = (clip.root[last] - clip.root[first]) * np.array([1, 0, 1], dtype=np.float32)
    rotations, root = _closed(clip, first, last, step)
    speed = float(np.linalg.norm(step)) / leg_length(clip.offsets) / (last - first)
    frames = min(frames, round(FARTHEST / speed))
    rounds = max(1, -(-(frames - first) // (last - first)))
    paths = [root + step * count for count in range(rounds)]
    turned = np.concatenate([clip.rotations[:first], *[rotations] * rounds])[:frames]
    return replace(
        clip,
        rotations=turned,
        root=np.concatenate([clip.root[:first], *paths])[:frames],
        glitch=np.zeros(len(turned), dtype=np.bool_),
    )


def _soundest(clip: MotionClip) -> MotionClip:
    """The longest stretch without a jump."""
    run = max(clip.sound_runs(), key=lambda run: run.stop - run.start, default=slice(0))
    return replace(clip, rotations=clip.rotations[run], root=clip.root[run], glitch=clip.glitch[run])


def _loop(clip: MotionClip) -> tuple[int, int] | None:
    """First frame of a loop and the frame that is like it: of those about as near as the nearest, the longest."""
    shortest = round(SHORTEST_LOOP * clip.fps)
    margin = _BLEND + _AROUND[-1]
    at = np.arange(margin, len(clip) - _AROUND[-1])
    if len(at) <= shortest:
        return None
    seconds = (at[None, :] - at[:, None]) / clip.fps
    way = np.linalg.norm(clip.root[at][None, :, ::2] - clip.root[at][:, None, ::2], axis=-1) / leg_length(clip.offsets)
    allowed = (at[None, :] - at[:, None] >= shortest) & (way >= SLOWEST * seconds)
    if not allowed.any():
        return None
    apart = np.where(allowed, _distances(clip, at), np.inf)
    if apart.min() > LARGEST_JUMP:
        return None
    near = apart <= max(1.3 * float(apart.min()), LARGEST_JUMP / 2)
    first, last = np.unravel_index(np.argmax(np.where(near, seconds, -np.inf)), near.shape)
    return int(at[first]), int(at[last])


def _distances(clip: MotionClip, at: NDArray[np.intp]) -> NDArray[np.float64]:
    """(N, N): how far apart the poses around two frames are, each seen from above its own place, in leg lengths rms."""
    joints = joint_positions(world_rotations(clip.rotations), clip.offsets, clip.root)
    origin = clip.root[at] * np.array([1, 0, 1], dtype=np.float32)
    poses = np.stack([joints[at + shift] - origin[:, None] for shift in _AROUND], axis=1).reshape(len(at), -1)
    return np.asarray(cdist(poses, poses)) / np.sqrt(poses.shape[1] / 3) / leg_length(clip.offsets)


def _closed(clip: MotionClip, first: int, last: int, step: Array) -> tuple[Array, Array]:
    """Rotations and root path of the loop, its last frames blended into those before its first."""
    rotations, root = clip.rotations[first:last].copy(), clip.root[first:last].copy()
    share = smoothstep(np.arange(1, _BLEND + 1, dtype=np.float32) / (_BLEND + 1))[:, None]
    before = clip.rotations[first - _BLEND : first]
    nearer = np.where((before * rotations[-_BLEND:]).sum(-1, keepdims=True) < 0, -before, before)
    blended = (1 - share[..., None]) * rotations[-_BLEND:] + share[..., None] * nearer
    rotations[-_BLEND:] = blended / np.linalg.norm(blended, axis=-1, keepdims=True)
    root[-_BLEND:] = (1 - share) * root[-_BLEND:] + share * (clip.root[first - _BLEND : first] + step)
    return rotations, root
