"""The networks as they ship, loaded once."""

from __future__ import annotations

import pytest

from blender_addon.core.retargeting import Model, Retargeter


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
