"""Messages between Blender and the worker: a JSON header and raw arrays in one block of bytes. Nothing is pickled.

A message is MAGIC, the header's length (uint32, little-endian), the header (ASCII JSON, padded with spaces to a
multiple of 8 bytes) and the bytes of each array in the header's order, each padded to a multiple of 8: {"kind": …,
"content": {…}, "arrays": [[name, dtype, shape], …]}.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

PROTOCOL = 3
"""Counted up when messages change; both sides say theirs in the first one."""

LAST_LINE_SAYS_WHY = 3
"""The exit status of a worker whose last line on standard error is a sentence for the user."""

MAGIC = b"MR2D"
MAX_MESSAGE_BYTES = 1 << 32
MAX_HEADER_BYTES = 1 << 24
MAX_DIMENSIONS = 4

DTYPES = frozenset({"<f4", "<f8", "<i4", "<i8", "|b1", "|u1"})
"""What an array may hold: numbers and truth values. Objects never travel."""

_PREFIX = struct.Struct("<4sI")
_ALIGNMENT = 8


class ProtocolError(ValueError):
    """A message that is none, in one sentence."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"A message between Blender and the worker cannot be used: {problem}; try again, and install the extension again if it comes back."
        )


@dataclass(frozen=True, eq=False)
class Message:
    """Its `kind`, what it says as JSON values, and its arrays by name."""

    kind: str
    content: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def send(connection: Connection, message: Message) -> None:
    """Send a message.

    Raises:
        ProtocolError: it cannot be written.
        OSError: nobody listens.
    """
    connection.send_bytes(encode(message))


def receive(connection: Connection) -> Message:
    """Return the next message; wait for it.

    Raises:
        ProtocolError: it is damaged.
        EOFError, OSError: nobody sends any more.
    """
    return decode(connection.recv_bytes(MAX_MESSAGE_BYTES))


def encode(message: Message) -> bytes:
    """Return the message as bytes.

    Raises:
        ProtocolError: it holds what JSON or DTYPES do not know, or NaN or infinity outside arrays.
    """
    arrays = {name: _little_endian(name, array) for name, array in message.arrays.items()}
    table = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    try:
        text = json.dumps(
            {"kind": message.kind, "content": message.content, "arrays": table}, allow_nan=False, default=_plain
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise ProtocolError(f"its {message.kind} cannot be written as JSON ({error})") from error
    header = text.encode("ascii")
    header += b" " * (-(_PREFIX.size + len(header)) % _ALIGNMENT)
    parts = [_PREFIX.pack(MAGIC, len(header)), header]
    for array in arrays.values():
        parts += [array.tobytes(), bytes(-array.nbytes % _ALIGNMENT)]
    size = sum(map(len, parts))
    if size > MAX_MESSAGE_BYTES or len(header) > MAX_HEADER_BYTES:
        raise ProtocolError(f"it would have {size} bytes, more than {MAX_MESSAGE_BYTES}, so choose a shorter range")
    return b"".join(parts)


def decode(data: bytes) -> Message:
    """Return the message in some bytes.

    Args:
        data: what `encode` made. The message's arrays are read-only views of it.

    Raises:
        ProtocolError: anything is not as it should be.
    """
    if len(data) < _PREFIX.size:
        raise ProtocolError("it is broken off")
    magic, length = _PREFIX.unpack_from(data)
    end = _PREFIX.size + length
    if magic != MAGIC or length > MAX_HEADER_BYTES or end > len(data) or end % _ALIGNMENT:
        raise ProtocolError("it does not begin like one")
    kind, content, table = _header(data[_PREFIX.size : end])
    arrays: dict[str, NDArray[Any]] = {}
    for entry in table:
        name, dtype, shape = _array_entry(entry)
        count = math.prod(shape)
        size = count * dtype.itemsize
        if name in arrays or end + size > len(data):
            raise ProtocolError(f"its array {name!r} is broken off or there twice")
        arrays[name] = np.frombuffer(data, dtype, count, end).reshape(shape) if count else np.zeros(shape, dtype)
        end += size + -size % _ALIGNMENT
    if end != len(data):
        raise ProtocolError("it goes on after its end")
    return Message(kind, content, arrays)


def _header(header: bytes) -> tuple[str, dict[str, Any], list[Any]]:
    try:
        fields = json.loads(header.decode("ascii"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("its header is no JSON") from error
    if not isinstance(fields, dict) or set(fields) != {"kind", "content", "arrays"}:
        raise ProtocolError("its header lacks a part")
    kind, content, table = fields["kind"], fields["content"], fields["arrays"]
    if not (isinstance(kind, str) and isinstance(content, dict) and isinstance(table, list)):
        raise ProtocolError("its header is of another form")
    return kind, content, table


def _array_entry(entry: object) -> tuple[str, np.dtype[Any], list[int]]:
    if not (isinstance(entry, list) and len(entry) == 3):
        raise ProtocolError("an array is described in another form")
    name, dtype, shape = entry
    if not isinstance(name, str) or not isinstance(dtype, str) or dtype not in DTYPES:
        raise ProtocolError("an array has no name or holds no numbers")
    if (
        not isinstance(shape, list)
        or len(shape) > MAX_DIMENSIONS
        or not all(type(side) is int and 0 <= side <= MAX_MESSAGE_BYTES for side in shape)
    ):
        raise ProtocolError(f"the array {name!r} has no shape")
    return name, np.dtype(dtype), shape


def _little_endian(name: str, array: NDArray[Any]) -> NDArray[Any]:
    values = np.asarray(array)
    values = values.astype(values.dtype.newbyteorder("<"), copy=False)
    if values.dtype.str not in DTYPES or values.ndim > MAX_DIMENSIONS:
        raise ProtocolError(f"the array {name!r} of {values.dtype} in {values.ndim} dimensions may not be sent")
    return values


def _plain(value: object) -> object:
    """NumPy's numbers as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
