"""Training configurations: ours load, and whatever is wrong in one is said in a sentence before anything is trained."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from training.cameras import CameraSampler
from training.configuration import Configuration, Model, load_configuration

PLAIN = """
model = "kinematic"
steps = 100
quartets = 2
frames = [16]
learning_rate = 1e-3
"""


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def complaint(folder: Path, text: str) -> str:
    """The one sentence that is said of a configuration, without the part that names its file."""
    with pytest.raises(ValueError, match=r"^[^\n]*$") as caught:
        load_configuration(written(folder, text))
    start, _, rest = str(caught.value).partition("cannot be used (")
    assert start == f"The training configuration {folder / 'mine.toml'} "
    assert rest.endswith("); fix that setting.")
    return rest.removesuffix("); fix that setting.")


@pytest.mark.parametrize("model", list(Model))
def test_ours_load_by_name(model: Model) -> None:
    configuration = load_configuration(model)
    assert configuration.model is model
    assert configuration.weights["recombination"] > 0


def test_a_file_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    text = (
        PLAIN
        + "adversarial = 1\n[weights]\njoints = 2\n[corruption]\nnoise = [0.001, 0.002]\n[cameras]\nlevel = 1\npitch = [-10, 10]\n"
    )
    configuration = load_configuration(written(tmp_path, text))
    plain = load_configuration(written(tmp_path, PLAIN))
    assert configuration.frames == (16,)
    assert configuration.adversarial == 1.0
    assert configuration.weights == {"joints": 2.0}
    assert configuration.corruption == replace(plain.corruption, noise=(0.001, 0.002))
    assert configuration.cameras == CameraSampler(level=1.0, pitch=(-10.0, 10.0))


def test_a_configuration_that_is_not_there_says_which_are(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError,
        match=r"There is no training configuration .*nothing\.toml; name a \.toml file or one of "
        r"kinematic, kinematic_settling, kinematic_tilted, paper, paper_root\.",
    ):
        load_configuration("nothing")
    with pytest.raises(ValueError, match=f"There is no training configuration {tmp_path}/mine.toml"):
        load_configuration(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize("content", [b"model = ", b"\xff\xfe"])
def test_what_is_no_toml_is_said_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(ValueError, match=r"mine\.toml is not valid TOML \(.*\); fix it\."):
        load_configuration(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN + "quartet = 3\n", "`quartet` is no setting"),
        (PLAIN + "[corruption]\nnoisy = 3\n", "`corruption.noisy` is no setting"),
        (PLAIN + "[cameras]\nyaw = 3\n", "`cameras.yaw` is no setting"),
        (PLAIN.replace("steps = 100", ""), "`steps` is missing"),
        (PLAIN.replace('model = "kinematic"', ""), "`model` is missing"),
        (PLAIN.replace("kinematic", "dynamic"), "`model` must be kinematic or paper, not 'dynamic'"),
        (PLAIN.replace("100", '"many"'), "`steps` must be a whole number, not 'many'"),
        (PLAIN.replace("quartets = 2", "quartets = 2.5"), "`quartets` must be a whole number, not 2.5"),
        (PLAIN.replace("[16]", "16"), "`frames` must be a list of whole numbers, not 16"),
        (PLAIN.replace("[16]", "[16.0]"), "`frames` must be a list of whole numbers, not [16.0]"),
        (PLAIN.replace("1e-3", "true"), "`learning_rate` must be a number, not True"),
        (PLAIN + "weights = 3\n", "`weights` must be a table of numbers, not 3"),
        (PLAIN + '[weights]\njoints = "all"\n', "`weights` must be a table of numbers, not {'joints': 'all'}"),
        (PLAIN + "corruption = 3\n", "`corruption` must be a table, not 3"),
        (PLAIN + "[corruption]\nnoise = 0.1\n", "`corruption.noise` must be a list of two numbers, not 0.1"),
        (PLAIN + "[cameras]\npitch = [1, 2, 3]\n", "`cameras.pitch` must be a list of two numbers, not [1, 2, 3]"),
    ],
    ids=lambda value: value if "`" in value else "",
)
def test_a_setting_that_is_unknown_missing_or_of_the_wrong_type_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert complaint(tmp_path, text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PLAIN.replace("100", "0"), "needs at least one step"),
        (PLAIN.replace("quartets = 2", "quartets = 0"), "needs at least one step"),
        (PLAIN.replace("[16]", "[]"), "needs at least one step"),
        (PLAIN.replace("[16]", "[16, 15]"), "must be even"),
        (PLAIN.replace("kinematic", "paper").replace("[16]", "[64, 20]"), "multiple of 8 and at least 16"),
        (PLAIN.replace("kinematic", "paper").replace("[16]", "[8]"), "multiple of 8 and at least 16"),
    ],
    ids=lambda value: value if "steps" not in value else "",
)
def test_numbers_that_no_training_can_have_are_said_so(tmp_path: Path, text: str, said: str) -> None:
    assert said in complaint(tmp_path, text)


def test_the_learning_rate_rises_holds_and_falls_to_nothing() -> None:
    configuration = Configuration(
        Model.KINEMATIC, steps=1000, quartets=1, frames=(16,), learning_rate=1.0, warmup_steps=100, decay_share=0.3
    )
    rates = [configuration.rate(step) for step in range(1000)]
    assert rates[0] == pytest.approx(0.01)
    assert rates[99:701] == [1.0] * 602
    assert all(later < earlier for earlier, later in pairwise(rates[701:]))
    assert 0 < rates[-1] < 0.01
    short = replace(configuration, steps=1, warmup_steps=0, decay_share=0.0)
    assert short.rate(0) == 1.0


def test_dropout_is_the_network_s_own_or_a_number(tmp_path: Path) -> None:
    assert load_configuration(written(tmp_path, PLAIN)).dropout is None
    assert load_configuration(written(tmp_path, PLAIN + "dropout = 0\n")).dropout == 0
    assert complaint(tmp_path, PLAIN + 'dropout = "none"\n') == "`dropout` must be a number, not 'none'"
