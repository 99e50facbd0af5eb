"""Where something was last and is next seen, and what is made of the time between."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

CURVE_SECONDS = 0.27
"""A doubtful sighting beside a sure one gives way to the network step by step, and has no say from here on."""

OFFSET_SECONDS = 1.0
"""How the network was wrong where a bone was last and is next seen, it is likely wrong between: less and less, up to here."""


@dataclass(frozen=True)
class Sightings:
    """Of K things in B clips of T frames: the frame of the last sighting so far (B, T, K), -1 for none, and that of the next one, T for none."""

    last: Tensor
    following: Tensor

    @staticmethod
    def of(seen: Tensor) -> Sightings:
        """Of what is `seen` (B, T, K) bool."""
        count = seen.shape[1]
        frames = torch.arange(count, device=seen.device)[None, :, None]
        last = torch.where(seen, frames, -1).cummax(dim=1).values
        following = torch.where(seen, frames, count).flip(1).cummin(dim=1).values.flip(1)
        return Sightings(last, following)

    @property
    def before(self) -> Tensor:
        """Frames since the last sighting (B, T, K), infinite where there is none."""
        return torch.where(self.last >= 0, self._frames - self.last, torch.inf)

    @property
    def after(self) -> Tensor:
        """Frames to the next sighting (B, T, K), infinite where there is none."""
        return torch.where(self.following < self.last.shape[1], self.following - self._frames, torch.inf)

    @property
    def enclosed(self) -> Tensor:
        """(B, T, K) bool: whether there is a sighting on both sides."""
        return (self.last >= 0) & (self.following < self.last.shape[1])

    def ends(self) -> tuple[Tensor, Tensor]:
        """The frames (B, T, K) of both sightings; the only one's twice where there is one alone, any frame where there is none."""
        final = self.last.shape[1] - 1
        earlier = torch.where(self.last >= 0, self.last, self.following).clamp(0, final)
        later = torch.where(self.following <= final, self.following, self.last).clamp(0, final)
        return earlier, later

    def between(self, values: Tensor) -> Tensor:
        """`values` (B, T, K, D) straight from the last sighting's to the next one's; the only one's where there is one alone, 0 where there is none."""
        earlier, later = self.ends()
        share = ((self._frames - earlier) / (later - earlier).clamp_min(1)).unsqueeze(-1).to(values.dtype)
        some = (self.last >= 0) | (self.following < self.last.shape[1])
        return torch.where(some.unsqueeze(-1), (1 - share) * at(values, earlier) + share * at(values, later), 0.0)

    @property
    def _frames(self) -> Tensor:
        return torch.arange(self.last.shape[1], device=self.last.device)[None, :, None]


def at(values: Tensor, frames: Tensor) -> Tensor:
    """Each thing's value (B, T, K, D) at frames (B, T, K) of its own."""
    return values.gather(1, frames.unsqueeze(-1).expand_as(values))


def joined(observed: Tensor, supposed: Tensor, trust: Tensor, sureness: Tensor, fps: float) -> Tensor:
    """Bones (B, T, 14, 2) of what was `observed`, gaps filled, and what the network `supposed`, as far as `trust` (B, T, 14), 0 to 1, goes.

    In a gap, where trust is 0, what fills it counts by its `sureness` (B, T, 14), and a doubtful sighting the more, the nearer a sure one is. For the
    rest the network counts, as it was wrong at the sightings: nowhere is there a step.
    """
    error = observed - supposed
    sightings = Sightings.of(trust == 1)
    seconds = (torch.minimum(sightings.before, sightings.after) / fps).unsqueeze(-1)
    near, offset = ((1 - seconds / limit).clamp(0, 1) for limit in (CURVE_SECONDS, OFFSET_SECONDS))
    known = trust.unsqueeze(-1)
    curved = torch.where(known == 0, sureness.unsqueeze(-1), near)
    return supposed + known * error + (1 - known) * (curved * error + (1 - curved) * offset * sightings.between(error))
