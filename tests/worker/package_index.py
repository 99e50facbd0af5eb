"""A package index on this machine with stand-ins for PyTorch, small but for the file that makes a download long."""

from __future__ import annotations

import hashlib
import random
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

from blender_addon.worker.client.gpu_support import TORCH

HEAVY_BYTES = 6_000_000
TORCH_SOURCE = """
class cuda:
    is_available = staticmethod(lambda: True)
    get_device_name = staticmethod(lambda: "Stand-in")
class backends:
    class mps:
        is_available = staticmethod(lambda: False)
"""


def write_wheel(folder: Path, name: str, version: str, files: dict[str, bytes], needs: str = "") -> Path:
    """A wheel that pip installs."""
    info = f"{name}-{version}.dist-info"
    required = f"Requires-Dist: {needs}\n" if needs else ""
    told = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, content in {**files, **{file: text.encode() for file, text in told.items()}}.items():
            wheel.writestr(file, content)
    return path


class PackageIndex:
    """What the server at an `address` offers, and what it was asked for: `sent` bytes of files, `ranges` that began in the middle.

    It ends a connection after `cut` bytes of a file, and says `damage` in place of a file's own bytes.
    """

    def __init__(self, folder: Path) -> None:
        heavy = random.Random(1).randbytes(HEAVY_BYTES)
        write_wheel(folder, "torch", TORCH, {"torch/__init__.py": TORCH_SOURCE.encode()}, "heavy==1.0")
        write_wheel(folder, "heavy", "1.0", {"heavy.bin": heavy})
        self.folder, self.address = folder, ""
        self.sent, self.ranges = 0, [""][:0]
        self.cut: int | None = None
        self.damage = b""


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, index: PackageIndex, *arguments: object) -> None:
        self._index = index
        super().__init__(*cast(Any, arguments))

    def log_message(self, *_words: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        parts = self.path.strip("/").split("/")
        if parts[0] == "simple":
            content, first = self._page(parts[1]).encode(), 0
        else:
            name = parts[1].removesuffix(".metadata")
            content = (self._index.folder / name).read_bytes()
            if name != parts[1]:
                with zipfile.ZipFile(self._index.folder / name) as wheel:
                    content = wheel.read(next(one for one in wheel.namelist() if one.endswith("METADATA")))
            first = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(content) - first))
        self.send_header("Content-Type", "text/html" if parts[0] == "simple" else "application/octet-stream")
        self.end_headers()
        if body:
            self._send(content[first:], first, is_wheel=self.path.endswith(".whl"))

    def _send(self, content: bytes, first: int, *, is_wheel: bool) -> None:
        if not is_wheel:
            self.wfile.write(content)
            return
        index = self._index
        if first:
            index.ranges.append(f"{self.path}: {first}")
        if index.damage:
            content = (index.damage * len(content))[: len(content)]
        if index.cut is not None:
            content = content[: index.cut]
        index.sent += len(content)
        self.wfile.write(content)

    def _page(self, name: str) -> str:
        links = ""
        for wheel in self._index.folder.glob(f"{name}-*.whl"):
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            links += f'<a href="/files/{wheel.name}#sha256={digest}" data-dist-info-metadata="true">{wheel.name}</a>'
        return f"<!DOCTYPE html><html><body>{links}</body></html>"


@contextmanager
def served(folder: Path) -> Iterator[tuple[PackageIndex, dict[str, str]]]:
    """The index, served, and the variables that make pip ask it alone."""
    index = PackageIndex(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, index))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    index.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield (
            index,
            {
                "PIP_INDEX_URL": f"{index.address}/simple/",
                "PIP_CONFIG_FILE": "/dev/null",
                "PIP_FIND_LINKS": "",
                "no_proxy": "*",
            },
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
