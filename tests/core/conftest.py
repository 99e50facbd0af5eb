"""The networks as they ship, loaded once."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from blender_addon.core.retargeting import Model, Retargeter

WANT_TORCH = ("test_kinematic_network.py", "test_paper_network.py", "test_retargeted_walks.py")
"""Tests of what trains, and of what PyTorch runs on a GPU. All others pass without it, as users have it."""

HAS_TORCH = find_spec("torch") is not None
collect_ignore = [] if HAS_TORCH else list(WANT_TORCH)


def pytest_report_header() -> str:
    """Say it where tests are left out."""
    return "" if HAS_TORCH else f"PyTorch is not here, as users have it: {', '.join(WANT_TORCH)} are left out"


@pytest.fixture(scope="session")
def kinematic() -> Retargeter:
    """Give the kinematic network."""
    return Retargeter.load(device="cpu")


@pytest.fixture(scope="session")
def paper() -> Retargeter:
    """Give the paper's network."""
    return Retargeter.load("paper", device="cpu")


@pytest.fixture(scope="session", params=list(Model))
def either(request: pytest.FixtureRequest) -> Retargeter:
    """Give each of the two in turn."""
    network = request.getfixturevalue(str(request.param))
    assert isinstance(network, Retargeter)
    return network
