"""Oracles: our own codes with a piece of the truth put in come nearer, and with all of it near to the truth itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from blender_addon.core.retargeting import Retargeter
from training.evaluation.cases import Task, film, tasks
from training.evaluation.conditions import WINDOW, Column, Given, Target, condition_named
from training.evaluation.draws import Lot
from training.evaluation.methods import ROWS
from training.evaluation.metrics import coordinate_error
from training.evaluation.oracles import Known, Oracle
from training.motion_library import load_motion

VIEW = Target(Column.VIEW, Given.KNOWN)


@pytest.fixture(scope="module")
def retargeter() -> Retargeter:
    return Retargeter.load("kinematic", device="cpu")


@pytest.fixture(scope="module")
def lot(shared_data: Path) -> Lot:
    return Lot(load_motion(shared_data / "motion").held_out())


def asked(lot: Lot, condition: str) -> list[Task]:
    return tasks([film(draw, condition_named(condition)) for draw in lot.cases(8, WINDOW)], VIEW)


def off(method: Oracle, questions: list[Task]) -> float:
    answers = zip(method(questions), questions, strict=True)
    return float(np.mean([coordinate_error(found.positions, task.truth, task.height) for found, task in answers]))


def test_all_of_the_source_known_is_the_truth_itself_from_another_view(retargeter: Retargeter, lot: Lot) -> None:
    assert off(Oracle(retargeter, Known.ALL, planted=False), asked(lot, "yaw180")) < 0.1


def test_an_oracle_that_is_told_nothing_answers_as_the_product_does(retargeter: Retargeter, lot: Lot) -> None:
    questions = asked(lot, "yaw180")
    for found, task in zip(Oracle(retargeter, Known.NOTHING)(questions), questions, strict=True):
        wanted = retargeter.retarget(task.source, task.skeleton, task.view).positions
        np.testing.assert_allclose(
            found.positions - found.positions[:1, 8:9], wanted - wanted[:1, 8:9], atol=2e-3 * task.height
        )


@pytest.mark.parametrize("known", [Known.VIEW, Known.DEPTH])
def test_what_is_told_brings_the_answer_nearer(retargeter: Retargeter, lot: Lot, known: Known) -> None:
    questions = asked(lot, "pitch")
    assert off(Oracle(retargeter, known), questions) < off(Oracle(retargeter, Known.NOTHING), questions)


def test_the_true_view_takes_out_what_a_tilted_camera_harms(retargeter: Retargeter, lot: Lot) -> None:
    questions = asked(lot, "roll")
    assert off(Oracle(retargeter, Known.VIEW), questions) < 0.6 * off(Oracle(retargeter, Known.NOTHING), questions)


def test_oracles_answer_where_the_target_is_known_and_nowhere_else() -> None:
    for row in ROWS:
        if row.is_oracle:
            assert row.answers(VIEW)
            assert not row.answers(Target(Column.VIEW, Given.CLIP))
