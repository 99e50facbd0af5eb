"""The training loop: batches, losses, the optional discriminator, averaged weights, checkpoints and their curves."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from blender_addon.core import durable
from blender_addon.core.networks.torch_weights import load_into
from blender_addon.core.networks.weights_file import load_state

from .adversary import Adversary
from .cameras import CameraSampler
from .configuration import Configuration
from .corruption import Corruption
from .growth import grown
from .looped_takes import with_longer_walks
from .losses import Terms, weighted_sum
from .motion_library import MotionLibrary
from .objectives import OBJECTIVES
from .processes import process_rank, random_numbers, shared
from .synthetic import RECOMBINATIONS, Quartets, SyntheticClips

log = logging.getLogger(__name__)

LARGEST_GRADIENT = 1.0
DROPOUT_SEED = 0x5EED
"""Sets what dropout draws apart from what the batches are made of."""
CURVE_STEPS = 50
CHECKPOINT_STEPS = 250
VALIDATION_STEPS = 500
VALIDATION_BATCHES = 4
VALIDATION_QUARTETS = 4
VALIDATION_FRAMES = 128
CHECKPOINT = "checkpoint.pt"
CURVE = "curve.jsonl"


class Trainer:
    """Trains one configuration in one run folder, which holds its last checkpoint, its curve and its TensorBoard
    events.
    """

    def __init__(
        self,
        configuration: Configuration,
        motion: MotionLibrary,
        validation: MotionLibrary,
        *,
        device: torch.device,
        run: Path,
        seed: int,
    ) -> None:
        self.configuration, self.device, self.run, self.seed = configuration, device, run, seed
        self.rank = process_rank()
        self.leads = self.rank == 0
        torch.manual_seed(seed)
        if configuration.walk_frames:
            motion = with_longer_walks(motion, configuration.walk_frames)
        self._clips = SyntheticClips(
            motion,
            device,
            configuration.cameras,
            configuration.corruption,
            configuration.variety,
            ranges=configuration.bodies,
            depth_errors=configuration.depth_errors,
        )
        # Cameras and corruption as they are by default: curves of all configurations are of the same clips.
        self._validation = SyntheticClips(validation, device, CameraSampler(), Corruption())
        self.objective = OBJECTIVES[configuration.model](self._clips, self._generator(0)).to(device)
        for layer in self.objective.network.modules():
            if isinstance(layer, nn.Dropout) and configuration.dropout is not None:
                layer.p = configuration.dropout
        self._forward = cast(Callable[[Quartets, Tensor], tuple[Terms, Tensor]], shared(self.objective))
        self.averaged = deepcopy(self.objective.network).eval().requires_grad_(False)
        self._optimizer = torch.optim.AdamW(
            self.objective.network.parameters(), lr=configuration.learning_rate, weight_decay=configuration.weight_decay
        )
        self._adversary = Adversary(device)
        self.step = 0
        self._resume()

    def start_from(self, path: Path) -> None:
        """Takes over the weights of a file of `export`, or of one that ships and has onnxruntime's graphs beside them,
        unless the run has a checkpoint of its own already.

        Raises ValueError where the file is missing, damaged or of another network.
        """
        if self.step:
            return
        stored = grown(load_state(path), self.objective.network)
        load_into(self.objective.network, stored)
        load_into(self.averaged, stored)
        for name, buffer in self.objective.named_buffers():
            if name in stored.extras:
                buffer.copy_(torch.from_numpy(stored.extras[name]))

    def train(self) -> None:
        """Trains to the configuration's last step.

        Raises ValueError where the numbers do not stay finite: the last checkpoint is kept.
        """
        if self.leads:
            self.run.mkdir(parents=True, exist_ok=True)
        writer = SummaryWriter(str(self.run), purge_step=self.step + 1) if self.leads else None
        with tqdm(
            total=self.configuration.steps, initial=self.step, disable=not self.leads, unit="step", mininterval=5
        ) as progress:
            while self.step < self.configuration.steps:
                terms = self._one_step()
                self.step += 1
                progress.update()
                if writer and self.step % CURVE_STEPS == 0:
                    for name, value in terms.items():
                        writer.add_scalar(f"train/{name}", float(value), self.step)
                    progress.set_postfix(loss=f"{float(terms['total']):.3f}")
                last = self.step == self.configuration.steps
                if self.leads and (self.step % CHECKPOINT_STEPS == 0 or last):
                    self._save()
                if self.leads and (self.step % VALIDATION_STEPS == 0 or last):
                    self._record(self.validate(), writer)
        if writer:
            writer.close()

    def validate(self) -> dict[str, float]:
        """The averaged network's loss terms on fixed batches of motion and bodies that are not trained on, the same for
        every configuration.
        """
        objective = deepcopy(self.objective).eval()
        objective.network = self.averaged
        totals: dict[str, float] = {}
        for index in range(VALIDATION_BATCHES):
            batch = self._validation.sample(VALIDATION_QUARTETS, VALIDATION_FRAMES, self._generator(-1 - index))
            with torch.no_grad():
                terms, _ = objective(batch, torch.zeros(len(RECOMBINATIONS), 3, dtype=torch.long))
            for name, value in terms.items():
                totals[name] = totals.get(name, 0.0) + float(value) / VALIDATION_BATCHES
        return totals

    def export(self, path: Path) -> None:
        """Writes the averaged weights to one file, with what made them; its folder is made where it is not there."""
        metadata = {
            "steps": str(self.step),
            "configuration": json.dumps(asdict(self.configuration), default=str),
            "seed": str(self.seed),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        self.objective.export(path, self.averaged, metadata)
        log.info("weights after %d steps: %s", self.step, path)

    def _one_step(self) -> Terms:
        generator = self._generator(self.step)
        torch.manual_seed(generator.initial_seed() ^ DROPOUT_SEED)
        pick = int(torch.randint(len(self.configuration.frames), (1,), generator=generator, device=self.device))
        batch = self._clips.sample(self.configuration.quartets, self.configuration.frames[pick], generator)
        choice = torch.randint(2, (len(RECOMBINATIONS), 3), generator=generator, device=self.device).cpu()
        rate = self.configuration.rate(self.step)
        for group in self._optimizer.param_groups:
            group["lr"] = self.configuration.learning_rate * rate
        self.objective.train()
        terms, decoded = self._forward(batch, choice)
        total = weighted_sum(terms, self.configuration.weights)
        if self.configuration.adversarial > 0:
            terms["realness"] = self._adversary.realness(batch, decoded)
            total = total + self.configuration.adversarial * terms["realness"]
        self._optimizer.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.objective.network.parameters(), LARGEST_GRADIENT)
        self._optimizer.step()
        if self.configuration.adversarial > 0:
            terms["discriminator"] = self._adversary.learn(batch, decoded, rate)
        self._average()
        return {name: value.detach() for name, value in {**terms, "total": total}.items()}

    def _average(self) -> None:
        decay = min(self.configuration.average, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for kept, now in zip(self.averaged.parameters(), self.objective.network.parameters(), strict=True):
                kept.lerp_(now, 1 - decay)

    def _generator(self, step: int) -> torch.Generator:
        return random_numbers(self.seed, self.rank, step, self.device)

    def _record(self, terms: dict[str, float], writer: SummaryWriter | None) -> None:
        with (self.run / CURVE).open("a", encoding="utf-8") as stream:
            stream.write(
                json.dumps({"step": self.step, **{name: round(value, 5) for name, value in terms.items()}}) + "\n"
            )
        for name, value in terms.items():
            if writer:
                writer.add_scalar(f"held_out/{name}", value, self.step)

    def _save(self) -> None:
        if not all(bool(torch.isfinite(values).all()) for values in self.objective.network.parameters()):
            raise ValueError(
                f"The training of {self.run} has left finite numbers by step {self.step}; lower `learning_rate` and start again from its last checkpoint."
            )
        state = {
            "step": self.step,
            "network": self.objective.network.state_dict(),
            "buffers": dict(self.objective.named_buffers()),
            "averaged": self.averaged.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            **self._adversary.state(),
        }
        unfinished = self.run / f".{CHECKPOINT}.part"
        torch.save(state, unfinished)
        durable.replace(unfinished, self.run / CHECKPOINT)

    def _resume(self) -> None:
        path = self.run / CHECKPOINT
        if not path.exists():
            return
        try:
            self._restore(torch.load(path, map_location=self.device, weights_only=True))
        except (OSError, EOFError, LookupError, RuntimeError, TypeError, ValueError, pickle.UnpicklingError) as error:
            # The restricted unpickler says of a damaged file whatever it stumbled over.
            raise ValueError(
                f"The checkpoint {path} is damaged or of another network; move it away to start anew."
            ) from error
        if self.leads:
            log.info("going on from step %d of %s", self.step, path)

    def _restore(self, state: dict[str, Any]) -> None:
        self.objective.network.load_state_dict(state["network"])
        for name, values in state.get("buffers", {}).items():
            self.objective.get_buffer(name).copy_(values)
        self.averaged.load_state_dict(state["averaged"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._adversary.restore(state)
        self.step = int(state["step"])
