"""Write the graphs that onnxruntime runs into weights files: `python -m training.export_onnx FILE.npz …`.

The weights in the files stay as they are. Where a file is listed in the SHA256SUMS beside it, its line there is written
anew.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from blender_addon.core.networks.onnx_export import export_graphs
from blender_addon.core.shipped_weights import list_anew

log = logging.getLogger("training")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 where every file was written."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(
        prog="python -m training.export_onnx", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path, nargs="+", metavar="WEIGHTS", help=".npz files of either network")
    options = parser.parse_args(arguments)
    try:
        for path in options.weights:
            export_graphs(path)
            list_anew(path)
            log.info("written: %s", path)
    except (ValueError, OSError) as error:
        log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
