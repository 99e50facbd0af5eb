"""Training: the loss falls, a stopped run goes on as if it had not been, the discriminator takes part, and the weights
that come out are used.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from blender_addon.core.motion import View
from blender_addon.core.pose_sequence import PoseSequence
from blender_addon.core.retargeting import Retargeter
from training.cameras import CameraSampler
from training.configuration import Configuration, Model, load_configuration
from training.corruption import Corruption
from training.motion_library import MotionLibrary, load_motion
from training.processes import random_numbers
from training.train import main
from training.trainer import CHECKPOINT, CURVE, Trainer

SHIPPED = Path(__file__).parents[2] / "blender_addon" / "core" / "weights"

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run folders are made below the working folder: no test may go on with a training of the repository's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOTION_RETARGET_2D_DATA", raising=False)


def configuration(model: str = Model.KINEMATIC, **changes: Any) -> Configuration:  # noqa: ANN401
    """One of ours, made small; its learning rate does not depend on how many steps there are."""
    small = replace(load_configuration(model), quartets=2, frames=(16,), warmup_steps=1, decay_share=0.0, average=0.5)
    return replace(small, **changes)


def trainer(run: Path, motion: MotionLibrary, how: Configuration, seed: int = 0) -> Trainer:
    return Trainer(how, motion, motion, device=torch.device("cpu"), run=run, seed=seed)


def checkpoint(run: Path) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(run / CHECKPOINT, weights_only=True)
    return state


def curve(run: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (run / CURVE).read_text(encoding="utf-8").splitlines()]


def total(terms: Mapping[str, float], how: Configuration) -> float:
    return sum(weight * terms[name] for name, weight in how.weights.items())


def assert_equal(first: Mapping[str, torch.Tensor], second: Mapping[str, torch.Tensor]) -> None:
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert torch.equal(values, second[name]), name


def furthest(first: Mapping[str, torch.Tensor], second: Mapping[str, torch.Tensor]) -> float:
    """The largest change of any parameter."""
    return max(float((values - second[name]).abs().max()) for name, values in first.items())


@pytest.mark.parametrize(("model", "steps"), [(Model.KINEMATIC, 12), (Model.PAPER, 30)])
def test_a_few_steps_lower_the_loss_on_fixed_batches(
    tmp_path: Path, motion: MotionLibrary, model: Model, steps: int
) -> None:
    how = configuration(model, steps=steps, average=0.0)
    training = trainer(tmp_path / "run", motion, how)
    before, again = training.validate(), training.validate()
    assert before == again
    training.train()
    after = training.validate()
    assert total(after, how) < 0.8 * total(before, how)
    assert after["recombination"] < before["recombination"]
    assert curve(tmp_path / "run") == [{"step": steps, **{name: round(value, 5) for name, value in after.items()}}]
    assert list((tmp_path / "run").glob("events.out.tfevents.*"))


def test_curves_of_all_configurations_are_of_the_same_clips(tmp_path: Path, motion: MotionLibrary) -> None:
    plain = trainer(tmp_path / "plain", motion, configuration())
    easy = trainer(
        tmp_path / "easy",
        motion,
        configuration(
            frames=(32,), cameras=CameraSampler(level=1.0, orthographic=1.0), corruption=Corruption(clean=1.0)
        ),
    )
    assert plain.validate() == easy.validate()


def test_longer_walks_are_trained_on_where_a_configuration_says_so(tmp_path: Path, shared_data: Path) -> None:
    library = load_motion(shared_data / "motion").training()
    walks = replace(library, clips=tuple(clip for clip in library.clips if clip.category == "walk"))
    for frames in (0, 400):
        trainer(
            tmp_path / str(frames), walks, configuration(Model.PAPER, frames=(128,), steps=1, walk_frames=frames)
        ).train()
    captured, longer = (checkpoint(tmp_path / frames)["network"] for frames in ("0", "400"))
    assert furthest(captured, longer) > 0


@pytest.mark.parametrize(("model", "adversarial"), [(Model.KINEMATIC, 0.1), (Model.PAPER, 0.0)])
def test_a_run_that_was_stopped_goes_on_bit_for_bit(
    tmp_path: Path, motion: MotionLibrary, model: Model, adversarial: float
) -> None:
    how = configuration(model, steps=4, adversarial=adversarial)
    trainer(tmp_path / "unbroken", motion, how).train()
    trainer(tmp_path / "stopped", motion, replace(how, steps=2)).train()
    torch.manual_seed(12345)
    resumed = trainer(tmp_path / "stopped", motion, how)
    assert resumed.step == 2
    resumed.train()
    whole, parts = checkpoint(tmp_path / "unbroken"), checkpoint(tmp_path / "stopped")
    for name in ("network", "averaged", "critic"):
        assert_equal(whole[name], parts[name])
    assert curve(tmp_path / "unbroken")[-1] == curve(tmp_path / "stopped")[-1]


def test_a_run_that_is_done_is_not_trained_further(tmp_path: Path, motion: MotionLibrary) -> None:
    trainer(tmp_path, motion, configuration(steps=1)).train()
    before = (tmp_path / CHECKPOINT).read_bytes()
    trainer(tmp_path, motion, configuration(steps=1)).train()
    assert (tmp_path / CHECKPOINT).read_bytes() == before
    assert len(curve(tmp_path)) == 1


def test_the_paper_network_keeps_the_normalisation_that_its_run_began_with(
    tmp_path: Path, motion: MotionLibrary
) -> None:
    began = trainer(tmp_path, motion, configuration(Model.PAPER, steps=1))
    began.train()
    began.export(tmp_path / "began.npz")
    resumed = trainer(tmp_path, motion, configuration(Model.PAPER, steps=1), seed=9)
    resumed.export(tmp_path / "resumed.npz")
    with np.load(tmp_path / "began.npz") as first, np.load(tmp_path / "resumed.npz") as second:
        for name in ("extra/mean", "extra/std"):
            np.testing.assert_array_equal(first[name], second[name])


@pytest.mark.parametrize("model", list(Model))
def test_a_new_run_can_begin_with_weights_that_were_exported(
    tmp_path: Path, motion: MotionLibrary, model: Model
) -> None:
    first = trainer(tmp_path / "first", motion, configuration(model, steps=1))
    first.train()
    first.export(tmp_path / "first.npz")
    second = trainer(tmp_path / "second", motion, configuration(model, steps=1), seed=9)
    second.start_from(tmp_path / "first.npz")
    second.export(tmp_path / "second.npz")
    with np.load(tmp_path / "first.npz") as before, np.load(tmp_path / "second.npz") as after:
        for name in set(before.files) - {"header"}:
            np.testing.assert_array_equal(before[name], after[name])


@pytest.mark.parametrize("model", list(Model))
def test_a_new_run_can_begin_with_the_weights_that_ship(tmp_path: Path, motion: MotionLibrary, model: Model) -> None:
    began = trainer(tmp_path / "run", motion, configuration(model, steps=1))
    began.start_from(SHIPPED / f"{model}.npz")
    began.export(tmp_path / "began.npz")
    with np.load(SHIPPED / f"{model}.npz") as shipped, np.load(tmp_path / "began.npz") as after:
        assert set(after.files) <= set(shipped.files)
        for name in set(after.files) - {"header"}:
            np.testing.assert_array_equal(shipped[name], after[name])


def test_a_run_with_a_checkpoint_keeps_its_own_weights(tmp_path: Path, motion: MotionLibrary) -> None:
    other = trainer(tmp_path / "other", motion, configuration(steps=1), seed=9)
    other.train()
    other.export(tmp_path / "other.npz")
    trainer(tmp_path / "run", motion, configuration(steps=1)).train()
    resumed = trainer(tmp_path / "run", motion, configuration(steps=1))
    resumed.start_from(tmp_path / "other.npz")
    assert_equal(resumed.objective.network.state_dict(), checkpoint(tmp_path / "run")["network"])


def test_checkpoints_from_before_normalisations_were_kept_still_load(tmp_path: Path, motion: MotionLibrary) -> None:
    trainer(tmp_path, motion, configuration(steps=1)).train()
    state = checkpoint(tmp_path)
    old = ("step", "network", "averaged", "optimizer", "critic", "critic_optimizer")
    torch.save({**{name: state[name] for name in old}, "torch": torch.get_rng_state()}, tmp_path / CHECKPOINT)
    assert trainer(tmp_path, motion, configuration(steps=1)).step == 1


def damaged(kind: str, whole: bytes) -> bytes:
    return {
        "empty": b"",
        "cut off": whole[: len(whole) // 2],
        "text": b"not a checkpoint\n" * 50,
        "zeros": bytes(5000),
    }[kind]


@pytest.mark.parametrize("kind", ["empty", "cut off", "text", "zeros"])
def test_a_damaged_checkpoint_is_named_in_one_sentence(tmp_path: Path, motion: MotionLibrary, kind: str) -> None:
    trainer(tmp_path, motion, configuration(steps=1)).train()
    path = tmp_path / CHECKPOINT
    path.write_bytes(damaged(kind, path.read_bytes()))
    with pytest.raises(
        ValueError,
        match=f"^The checkpoint {re.escape(str(path))} is damaged or of another network; move it away to start anew.$",
    ):
        trainer(tmp_path, motion, configuration(steps=1))


@pytest.mark.parametrize("content", [[1, 2], {"step": 3}, {"network": 1}])
def test_a_file_that_is_no_checkpoint_of_ours_is_named_in_one_sentence(
    tmp_path: Path, motion: MotionLibrary, content: object
) -> None:
    torch.save(content, tmp_path / CHECKPOINT)
    with pytest.raises(ValueError, match="is damaged or of another network; move it away to start anew"):
        trainer(tmp_path, motion, configuration(steps=1))


def test_the_checkpoint_of_the_other_model_is_named_in_one_sentence(tmp_path: Path, motion: MotionLibrary) -> None:
    trainer(tmp_path, motion, configuration(steps=1)).train()
    with pytest.raises(ValueError, match="is damaged or of another network; move it away to start anew"):
        trainer(tmp_path, motion, configuration(Model.PAPER, steps=1))


def test_a_training_that_leaves_finite_numbers_does_not_spoil_its_checkpoint(
    tmp_path: Path, motion: MotionLibrary
) -> None:
    trainer(tmp_path, motion, configuration(steps=1)).train()
    whole = checkpoint(tmp_path)
    with pytest.raises(
        ValueError,
        match=r"^The training of .* has left finite numbers by step 4; lower `learning_rate` and start again.*\.$",
    ):
        trainer(tmp_path, motion, configuration(steps=4, learning_rate=1e20)).train()
    assert_equal(checkpoint(tmp_path)["network"], whole["network"])


def test_a_weight_for_a_loss_that_there_is_not_is_named(tmp_path: Path, motion: MotionLibrary) -> None:
    wrong = configuration(steps=1, weights={"joints": 1.0, "lenghts": 2.0})
    with pytest.raises(ValueError, match=r"^The loss term lenghts is unknown; weigh some of lengths, joints, .*\.$"):
        trainer(tmp_path, motion, wrong).train()


@pytest.mark.parametrize("model", list(Model))
def test_the_discriminator_learns_and_the_decoder_learns_from_it(
    tmp_path: Path, motion: MotionLibrary, model: Model
) -> None:
    runs = {weight: tmp_path / str(weight) for weight in (0.0, 1.0)}
    for weight, run in runs.items():
        trainer(run, motion, configuration(model, steps=2, adversarial=weight)).train()
    without, with_it = (checkpoint(run) for run in runs.values())
    parameters = [name for name in without["critic"] if not name.endswith(("_u", "_v"))]
    assert furthest({name: without["critic"][name] for name in parameters}, with_it["critic"]) > 1e-5
    assert furthest(without["network"], with_it["network"]) > 1e-5
    assert all(bool(torch.isfinite(values).all()) for values in with_it["critic"].values())


@pytest.mark.parametrize("model", list(Model))
def test_exported_weights_retarget(tmp_path: Path, motion: MotionLibrary, model: Model) -> None:
    weights = tmp_path / "new folder" / "weights.npz"
    training = trainer(tmp_path / "run", motion, configuration(model, steps=1))
    training.train()
    training.export(weights)
    retargeter = Retargeter.load(model=model, device="cpu", weights=weights)
    walk = 200 * np.random.default_rng(0).random((40, 15, 2), dtype=np.float32)
    poses = PoseSequence(positions=walk, confidence=np.ones((40, 15), dtype=np.float32), fps=30, image_size=(640, 480))
    turned = retargeter.retarget(poses, view=View(azimuth=60.0))
    assert turned.positions.shape == (40, 15, 2)
    assert np.isfinite(turned.positions).all()


def test_what_is_exported_is_the_averaged_network(tmp_path: Path, motion: MotionLibrary) -> None:
    training = trainer(tmp_path, motion, configuration(steps=2, average=0.9))
    training.train()
    training.export(tmp_path / "weights.npz")
    kept = checkpoint(tmp_path)
    with np.load(tmp_path / "weights.npz") as stored:
        for name, values in kept["averaged"].items():
            np.testing.assert_allclose(stored[f"state/{name}"].astype(np.float32), values.numpy(), atol=1e-6, rtol=1e-3)
    assert furthest(kept["averaged"], kept["network"]) > 1e-6


def command(
    *arguments: str | Path, launcher: tuple[str, ...] = ("-m", "training.train")
) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own, without the shared data."""
    words = [sys.executable, *launcher, *map(str, arguments)]
    return subprocess.run(
        words,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def small_toml(folder: Path, **changes: object) -> Path:
    """A configuration file as somebody may write one."""
    settings = {"model": "kinematic", "steps": 2, "quartets": 1, "frames": [16], "learning_rate": 1e-3, **changes}
    path = folder / "small.toml"
    path.write_text(
        "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items()) + "\n[weights]\njoints = 1\n",
        encoding="utf-8",
    )
    return path


def test_the_command_line_trains_on_bvh_files_and_exports(tmp_path: Path, bvh_folder: Path) -> None:
    arguments = (
        "--config",
        small_toml(tmp_path),
        "--bvh",
        bvh_folder,
        "--run-folder",
        tmp_path / "run",
        "--device",
        "cpu",
        "--threads",
        "1",
    )
    done = command(*arguments, "--export", tmp_path / "out" / "mine.npz")
    assert done.returncode == 0, done.stderr
    assert "weights after 2 steps" in done.stderr
    assert checkpoint(tmp_path / "run")["step"] == 2
    Retargeter.load(device="cpu", weights=tmp_path / "out" / "mine.npz")


def said(caplog: pytest.LogCaptureFixture, *arguments: str | Path) -> str:
    """The one sentence that the command line ends with."""
    with caplog.at_level(logging.ERROR):
        assert main([str(argument) for argument in arguments]) == 1
    (record,) = caplog.records
    sentence = record.getMessage()
    assert "\n" not in sentence
    return sentence


def test_without_motion_the_command_line_says_what_to_name(caplog: pytest.LogCaptureFixture) -> None:
    assert said(caplog) == (
        "There is no motion to work on; name a data folder with --data or $MOTION_RETARGET_2D_DATA, or a folder of BVH files with --bvh."
    )


def test_what_is_not_there_is_said_in_one_sentence(
    caplog: pytest.LogCaptureFixture, tmp_path: Path, bvh_folder: Path
) -> None:
    assert "There is no training configuration" in said(caplog, "--config", "dynamic", "--bvh", bvh_folder)
    caplog.clear()
    assert "holds no BVH files" in said(caplog, "--bvh", tmp_path)
    caplog.clear()
    assert "has no cmu_30fps.npz" in said(caplog, "--data", tmp_path)
    if not torch.cuda.is_available():
        caplog.clear()
        assert said(caplog, "--bvh", bvh_folder, "--device", "cuda") == (
            "This machine has no cuda device that torch can use; choose --device auto or cpu."
        )


@pytest.mark.parametrize("option", ["--steps", "--threads"])
@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_steps_and_threads_are_whole_numbers_above_zero(
    capsys: pytest.CaptureFixture[str], bvh_folder: Path, option: str, number: str
) -> None:
    with pytest.raises(SystemExit):
        main(["--bvh", str(bvh_folder), option, number])
    assert f"argument {option}: " in capsys.readouterr().err


EACH_PROCESS = """
import sys
import torch
from training import train, trainer

class Recorded(trainer.Trainer):
    def train(self):
        super().train()
        self.run.mkdir(parents=True, exist_ok=True)
        state = {"network": self.objective.network.state_dict(), "averaged": self.averaged.state_dict(), **self._adversary.state()}
        torch.save(state, self.run / f"process{self.rank}.pt")

train.Trainer = Recorded
sys.exit(train.main())
"""
"""The command line, in which every process leaves its parameters beside the checkpoint."""


def test_two_processes_on_the_cpu_train_one_network(tmp_path: Path, bvh_folder: Path) -> None:
    script = tmp_path / "each_process.py"
    script.write_text(EACH_PROCESS, encoding="utf-8")
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", str(script))
    run = tmp_path / "run"
    config = small_toml(tmp_path, adversarial=0.1)
    done = command(
        "--config",
        config,
        "--bvh",
        bvh_folder,
        "--run-folder",
        run,
        "--device",
        "cpu",
        "--threads",
        "1",
        launcher=launcher,
    )
    assert done.returncode == 0, done.stderr
    first, second = (torch.load(run / f"process{rank}.pt", weights_only=True) for rank in range(2))
    for name in ("network", "averaged", "critic"):
        assert_equal(first[name], second[name])
    assert_equal(first["network"], checkpoint(run)["network"])
    assert len(curve(run)) == 1
    arguments = [
        "--config",
        config,
        "--bvh",
        bvh_folder,
        "--run-folder",
        tmp_path / "alone",
        "--device",
        "cpu",
        "--threads",
        "1",
    ]
    assert main([str(argument) for argument in arguments]) == 0
    assert furthest(first["network"], checkpoint(tmp_path / "alone")["network"]) > 1e-6


def test_no_process_draws_what_another_does() -> None:
    device = torch.device("cpu")
    steps = (0, 1, 7_919, 15_838, 9_000, 200_000)
    draws = {
        float(torch.rand(1, dtype=torch.float64, generator=random_numbers(0, rank, step, device)))
        for rank in range(64)
        for step in steps
    }
    assert len(draws) == 64 * len(steps)
    seeds = sorted(random_numbers(0, rank, 0, device).initial_seed() % 2**32 for rank in range(64))
    assert min(later - earlier for earlier, later in pairwise(seeds)) > 10_000_000


@pytest.mark.parametrize(("dropout", "layers"), [(None, [0.2, 0.2]), (0.0, [0.0, 0.0])])
def test_dropout_is_what_the_configuration_says(
    tmp_path: Path, motion: MotionLibrary, dropout: float | None, layers: list[float]
) -> None:
    network = trainer(tmp_path / "run", motion, configuration(Model.PAPER, dropout=dropout)).objective.network
    assert [layer.p for layer in network.modules() if isinstance(layer, torch.nn.Dropout)] == layers
