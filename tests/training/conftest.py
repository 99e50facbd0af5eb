"""Motion that every test of the training has: hand-made clips in BVH files, so that nothing has to be fetched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.training.bvh_files import BODY, Exporter, standing_wave, waving_walk
from training.bvh import load_bvh_folder
from training.motion_library import MotionLibrary


@pytest.fixture(scope="session")
def bvh_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of BVH files: two performers walk, one of them stands and waves."""
    folder = tmp_path_factory.mktemp("bvh")
    stocky = BODY * np.linspace(1.3, 1.0, len(BODY), dtype=np.float32)[:, None]
    Exporter().write(folder / "walk" / "slender.bvh", waving_walk(seconds=4))
    Exporter(order="XYZ").write(folder / "walk" / "stocky.bvh", waving_walk(seconds=3).on_body("stocky", stocky))
    Exporter().write(folder / "wave" / "slender.bvh", standing_wave(seconds=3))
    return folder


@pytest.fixture(scope="session")
def motion(bvh_folder: Path) -> MotionLibrary:
    """Give the library of those files, all of it for training."""
    return load_bvh_folder(bvh_folder).training()
