"""onnxruntime and torch run the same networks: both put the same motion in the same place, whatever the clip. Which of
the two runs is decided in one place.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from blender_addon.core.contacts import EASE_SECONDS
from blender_addon.core.motion import RetargetedMotion, View
from blender_addon.core.networks import backends, kinematic_model, paper_model
from blender_addon.core.networks.inference import KINEMATIC_GRAPHS, PAPER_GRAPHS, Device
from blender_addon.core.networks.kinematic_model import KinematicModel
from blender_addon.core.networks.onnx_inference import OnnxKinematic
from blender_addon.core.networks.paper_model import PaperModel
from blender_addon.core.networks.stored_networks import Graph, add_graphs, graphs_of, load_model
from blender_addon.core.retargeting import Model, Retargeter
from blender_addon.core.shipped_weights import shipped_weights
from blender_addon.core.skeleton import Joint
from tests.core.clips import CHILD, marching, openpose_clip, with_confidence

torch = pytest.importorskip("torch")

Mask = NDArray[np.bool_]

CPU = Device("cpu")
NEAR = 1e-4
"""Of the picture's height."""
MOST_FLIPS = 0.005
"""Of the frames: where a contact's probability is at the threshold, a last digit decides."""
CLIPS, FRAMES = 24, 120
LEFT_LEG = (Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
GRAPHS = {Model.KINEMATIC: KINEMATIC_GRAPHS, Model.PAPER: PAPER_GRAPHS}


@pytest.fixture(scope="module")
def on_torch() -> dict[Model, Retargeter]:
    """Give both networks as they ship, run by torch on the CPU."""
    from blender_addon.core.networks.torch_inference import TorchKinematic, load_paper

    kinematic = KinematicModel(TorchKinematic.load(shipped_weights("kinematic.npz"), CPU))
    paper = PaperModel(*load_paper(shipped_weights("paper.npz"), CPU))
    return {
        Model.KINEMATIC: Retargeter(Model.KINEMATIC, kinematic, CPU),
        Model.PAPER: Retargeter(Model.PAPER, paper, CPU),
    }


def flipped(one: RetargetedMotion, other: RetargetedMotion) -> Mask:
    """Tell the frames and feet (T, 2) of which one stands and the other doesn't."""
    decided: Mask = (one.contacts >= 0.5) != (other.contacts >= 0.5)
    return decided


def within_reach(one: RetargetedMotion, other: RetargetedMotion) -> Mask:
    """Tell the frames (T,) that the planting of a contact moves of which a part is flipped."""
    ease = round(EASE_SECONDS * one.fps) + 1
    flips, reach = flipped(one, other), np.zeros(len(one), dtype=np.bool_)
    for foot in range(2):
        standing = (one.contacts[:, foot] >= 0.5) | (other.contacts[:, foot] >= 0.5)
        edges = np.flatnonzero(np.diff(standing.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
        for first, last in edges:
            if flips[first:last, foot].any():
                reach[max(first - ease, 0) : last + ease] = True
    return reach


def assert_same(one: RetargetedMotion, other: RetargetedMotion, height: float) -> int:
    """Both put every joint in the same place, but for contacts that flipped; say how many frames flipped."""
    same = ~within_reach(one, other)
    apart = np.abs(one.positions - other.positions)[same]
    assert not apart.size or float(apart.max()) <= NEAR * height
    assert one.skeleton.lengths == pytest.approx(other.skeleton.lengths, rel=1e-4)
    return int(flipped(one, other).any(axis=1).sum())


@pytest.mark.parametrize("condition", ["yaw180", "missing", "noise"])
@pytest.mark.parametrize("model", list(Model))
def test_both_give_the_same_motion_on_clips_of_the_evaluation(
    shared_data: Path, on_torch: dict[Model, Retargeter], model: Model, condition: str
) -> None:
    from training.evaluation.cases import PICTURE, film, tasks
    from training.evaluation.conditions import Column, Given, Target, condition_named
    from training.evaluation.draws import Lot
    from training.motion_library import load_motion

    draws = Lot(load_motion(shared_data / "motion").held_out()).cases(CLIPS, FRAMES)
    cases = [film(draw, condition_named(condition)) for draw in draws]
    asked = [task for column in (Column.BODY, Column.BOTH) for task in tasks(cases, Target(column, Given.CLIP))]
    assert len(asked) >= CLIPS
    onnx = Retargeter.load(model, "cpu")
    frames, flips = 0, []
    for task in asked:
        one, other = (network.retarget(task.source, task.skeleton, task.view) for network in (onnx, on_torch[model]))
        flips.append(assert_same(one, other, PICTURE[1]))
        frames += len(one)
    logging.getLogger(__name__).info("%s, %s: flipped frames of %d: %s", model, condition, frames, flips)
    assert sum(flips) <= MOST_FLIPS * frames


@pytest.mark.parametrize("model", list(Model))
@pytest.mark.parametrize("frames", [1, 2, 17, 1300])
def test_both_give_the_same_motion_on_one_frame_and_over_many_windows(
    on_torch: dict[Model, Retargeter], model: Model, frames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_model, "WINDOW_FRAMES", 512)
    assert kinematic_model.WINDOW_FRAMES == 512
    clip = marching(frames)
    one, other = (
        network.retarget(clip, CHILD.scaled(400), View(60, 10))
        for network in (Retargeter.load(model, "cpu"), on_torch[model])
    )
    assert assert_same(one, other, 720) <= MOST_FLIPS * frames


@pytest.mark.parametrize("model", list(Model))
def test_both_give_the_same_motion_where_a_real_detection_is_lost_for_a_while(
    openpose_clips: Path, on_torch: dict[Model, Retargeter], model: Model
) -> None:
    arm = (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)
    clip = with_confidence(openpose_clip(openpose_clips), 0, arm, slice(20, 60))
    clip = with_confidence(with_confidence(clip, 0, list(Joint), slice(80, 95)), 0, LEFT_LEG, slice(0, 7))
    one, other = (
        network.retarget(clip, view=View(-50)) for network in (Retargeter.load(model, "cpu"), on_torch[model])
    )
    assert assert_same(one, other, 720) <= MOST_FLIPS * len(clip)


# Which of the two


def runs_on(retargeter: Retargeter) -> str:
    """Name the class that runs the network."""
    return type(retargeter._network._network).__name__  # type: ignore[attr-defined]


def without_graphs(path: Path, model: Model) -> Path:
    """Write the shipped weights as they are saved before their graphs are exported."""
    path.write_bytes(shipped_weights(f"{model}.npz").read_bytes())
    add_graphs(path, {})
    return path


@pytest.mark.parametrize("model", list(Model))
def test_onnxruntime_runs_the_networks_on_the_cpu(model: Model) -> None:
    assert runs_on(Retargeter.load(model, "cpu")).startswith("Onnx")


@pytest.mark.parametrize("model", list(Model))
def test_torch_runs_weights_that_were_saved_without_graphs(model: Model, tmp_path: Path) -> None:
    assert runs_on(Retargeter.load(model, "cpu", without_graphs(tmp_path / "plain.npz", model))).startswith("Torch")


def test_a_machine_without_a_driver_of_a_gpu_loads_no_torch_to_look_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "_may_have_a_gpu", lambda: False)
    monkeypatch.delitem(sys.modules, "blender_addon.core.networks.torch_inference", raising=False)
    assert backends.chosen_device("auto") == CPU
    assert "blender_addon.core.networks.torch_inference" not in sys.modules


def test_where_there_is_a_driver_torch_says_whether_it_can_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from blender_addon.core.networks.torch_inference import available_device

    monkeypatch.setattr(backends, "_may_have_a_gpu", lambda: True)
    assert backends.chosen_device("auto") == available_device("auto")


# The graphs in a weights file


def other_model(graph: Graph) -> Graph:
    return Graph(graph.model[:-100], graph.weights)


def other_weights(graph: Graph) -> Graph:
    return Graph(graph.model, (*graph.weights, "no.such.weight"))


def too_few_weights(graph: Graph) -> Graph:
    return Graph(graph.model, graph.weights[1:])


@pytest.mark.parametrize("damage", [other_model, other_weights, too_few_weights])
@pytest.mark.parametrize("model", list(Model))
def test_graphs_that_do_not_fit_their_weights_are_refused_in_one_sentence(
    model: Model, damage: Callable[[Graph], Graph], tmp_path: Path
) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(shipped_weights(f"{model}.npz").read_bytes())
    add_graphs(path, {name: damage(graph) for name, graph in graphs_of(load_model(path, model)).items()})
    with pytest.raises(ValueError, match=r"^The graphs in [^\n]*weights\.npz do not fit [^\n]*export_onnx [^\n]*`\.$"):
        Retargeter.load(model, "cpu", path)


TRAINED_ALONE = "support_head."
"""What stands on the ground beside the feet is trained, and nothing reads it yet."""


@pytest.mark.parametrize("model", list(Model))
def test_graphs_hold_no_weights_of_their_own(model: Model) -> None:
    stored = load_model(shipped_weights(f"{model}.npz"), model)
    graphs = graphs_of(stored)
    assert tuple(graphs) == GRAPHS[model]
    used = {name for graph in graphs.values() for name in graph.weights}
    assert used <= set(stored.state)
    assert all(name.startswith(TRAINED_ALONE) for name in set(stored.state) - used)
    assert sum(len(graph.model) for graph in graphs.values()) < 300_000


@pytest.mark.parametrize("model", list(Model))
def test_graphs_are_put_into_a_file_whose_weights_stay_as_they_are_stored(model: Model, tmp_path: Path) -> None:
    shipped = shipped_weights(f"{model}.npz")
    plain = without_graphs(tmp_path / "plain.npz", model)
    add_graphs(plain, graphs_of(load_model(shipped, model)))
    with np.load(shipped) as before, np.load(plain) as after:
        assert set(before.files) == set(after.files)
        for name in before.files:
            assert before[name].dtype == after[name].dtype
            np.testing.assert_array_equal(before[name], after[name])


def test_a_network_of_another_size_brings_graphs_of_its_own(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="NO ONNX: install the training requirements to export graphs")
    assert onnx
    from blender_addon.core.networks.kinematic_network import KinematicNetwork, save_weights
    from blender_addon.core.networks.onnx_export import export_graphs
    from blender_addon.core.networks.stored_networks import KinematicSize
    from blender_addon.core.networks.torch_inference import TorchKinematic

    size = KinematicSize(body_width=16, body_dilations=(1, 2), motion_width=24, motion_dilations=(1, 4), code_width=8)
    torch.manual_seed(3)
    path = tmp_path / "small.npz"
    save_weights(path, KinematicNetwork(size), {})
    export_graphs(path)
    clips = [marching(50), marching(31, view=View(80))]
    networks = OnnxKinematic(load_model(path, Model.KINEMATIC)), TorchKinematic.load(path, CPU)
    one, other = (KinematicModel(network).encode(clips) for network in networks)
    for first, second in zip(one, other, strict=True):
        np.testing.assert_allclose(first.motion.bones, second.motion.bones, atol=1e-4)


@pytest.mark.parametrize("model", list(Model))
def test_the_graphs_that_ship_are_those_that_the_network_gives(model: Model) -> None:
    onnx = pytest.importorskip("onnx", reason="NO ONNX: install the training requirements to export graphs")
    assert onnx
    from blender_addon.core.networks.onnx_export import graphs_for

    shipped = shipped_weights(f"{model}.npz")
    exported, stored = graphs_for(shipped), graphs_of(load_model(shipped, model))
    assert exported.keys() == stored.keys()
    for name, graph in exported.items():
        assert graph == stored[name], name
