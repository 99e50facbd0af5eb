"""Messages: they come out as they went in, and what is damaged is named in one sentence; nothing is ever unpickled."""

from __future__ import annotations

import ast
import json
import re
import struct
import time
from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from blender_addon.core.motion import Alignment, Blend, LandmarkOffsets, Limbs, RetargetedMotion, View
from blender_addon.core.pose_sequence import DepthEvidence, Landmarks, PoseSequence, PoseSource, as_float32
from blender_addon.core.presentation import Presentation
from blender_addon.core.skeleton import Skeleton
from blender_addon.worker.message_packing import (
    pack_progress,
    pack_request,
    pack_result,
    unpack_progress,
    unpack_request,
    unpack_result,
)
from blender_addon.worker.messages import (
    Cleaned,
    CleanRequest,
    Corrected,
    CorrectRequest,
    Detected,
    DetectRequest,
    Film,
    FilmRequest,
    PortraitRequest,
    Portraits,
    Progress,
    Request,
    Result,
    Retargeted,
    RetargetRequest,
    TrackCorrection,
)
from blender_addon.worker.protocol import DTYPES, Message, ProtocolError, decode, encode, receive, send
from tests.core.clips import ADULT, marching

WORKER = Path(__file__).resolve().parents[2] / "blender_addon/worker"
ONE_SENTENCE = r"^[^\n]*\.$"

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
numbers = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda dtype: arrays_of.arrays(np.dtype(dtype), arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0))
)
messages = st.builds(
    Message,
    st.text(),
    st.dictionaries(st.text(), json_values, max_size=4),
    st.dictionaries(st.text(), numbers, max_size=4),
)


def full_poses(frames: int = 40) -> PoseSequence:
    """With everything that poses can have, and gaps."""
    poses = marching(frames)
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0, 1, (frames, 15)).astype(np.float32) * (rng.random((frames, 15)) > 0.2)
    landmarks = Landmarks(
        ("nose", "left_toe"),
        as_float32(rng.normal(size=(frames, 2, 2)), ""),
        as_float32(rng.uniform(size=(frames, 2)), ""),
    )
    depth = DepthEvidence(as_float32(rng.normal(size=(frames, 15)), ""), as_float32(rng.uniform(size=(frames, 15)), ""))
    return replace(poses, confidence=confidence, start=2.5, landmarks=landmarks, depth=depth, source="dänce \udcff.mp4")


def any_motion(frames: int, view: View | None = None) -> RetargetedMotion:
    rng = np.random.default_rng(0)
    positions, depth, contacts, confidence = (
        as_float32(rng.uniform(size=(frames, *shape)), "") for shape in ((15, 2), (15,), (2,), (15,))
    )
    offsets, sure = (as_float32(rng.uniform(size=(frames, *shape)), "") for shape in ((2, 3), (2,)))
    landmarks = LandmarkOffsets(("nose", "left_toe"), offsets, sure) if view is not None else None
    turns = contacts if view is not None else None
    return RetargetedMotion(
        positions, depth, contacts, confidence, ADULT, view, 29.97, (640, 480), 3.0, landmarks, turns
    )


def same(one: object, other: object) -> bool:
    """Whether two values are alike through and through, arrays and nested dataclasses included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple):
        assert isinstance(other, tuple)
        return len(one) == len(other) and all(map(same, one, other))
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))  # type: ignore[arg-type]
    return one == other


def problem(act: Callable[[], object]) -> str:
    """What a ValueError says; "None." where all is well, as it may be with damage that hits a number."""
    try:
        act()
    except ValueError as error:
        return str(error)
    return "None."


def travelled(message: Message) -> Message:
    return decode(encode(message))


@given(messages)
def test_a_message_comes_out_as_it_went_in(message: Message) -> None:
    out = travelled(message)
    assert out.kind == message.kind
    assert out.content == message.content
    assert out.arrays.keys() == message.arrays.keys()
    for name, array in message.arrays.items():
        assert out.arrays[name].tobytes() == array.tobytes()
        assert (out.arrays[name].shape, out.arrays[name].dtype) == (array.shape, array.dtype)


@pytest.mark.parametrize(
    "request_",
    [
        DetectRequest(
            Path("/videos/dänce \udcff.mp4"), "10:20", 25.0, "cpu", Path("/tmp/cache"), 2, "body_25", (720, 480)
        ),
        DetectRequest(Path("/videos/dance.mp4")),
        RetargetRequest(full_poses()),
        RetargetRequest(full_poses(), ADULT, View(30.0, 10.0), "paper", "cuda"),
        RetargetRequest(marching(9), marching(7), View(np.linspace(0, 90, 9)), "kinematic", "auto"),
        RetargetRequest(marching(9), None, full_poses()),
        RetargetRequest(
            marching(9), blend=Blend(full_poses(), 0.25, 0.5, 1.0, Alignment.MATCH), limbs=Limbs.FULL_LENGTH
        ),
        CleanRequest(full_poses(), 0.5, "HOLD"),
        CorrectRequest(
            (full_poses(), marching(40)),
            (1, 4),
            (TrackCorrection("swap", 1, 4, 12), TrackCorrection("split", 1, 0, 30)),
        ),
        PortraitRequest(Path("/videos/dance.mp4"), "2s:4s", None, (full_poses(),), (3,)),
        FilmRequest(Path("/videos/dance.mp4"), "2s:4s", 25.0, 270, 400),
    ],
    ids=[
        *(
            "all of detect",
            "least of detect",
            "least of retarget",
            "all of retarget",
            "body of a clip, moving view",
            "view of a clip",
            "blend",
        ),
        *("clean", "correct", "portray", "film"),
    ],
)
def test_a_request_travels_whole(request_: Request) -> None:
    assert same(unpack_request(travelled(pack_request(request_))), request_)


@pytest.mark.parametrize(
    "view", [None, View(20.0), View(np.arange(40.0), np.arange(40.0))], ids=["no view", "one view", "a view a frame"]
)
def test_a_result_travels_whole(view: View | None) -> None:
    motion = any_motion(40, view)
    result = Retargeted(motion, "cpu", "kinematic", "A sentence.")
    assert same(unpack_result(travelled(pack_result(result))), result)


@pytest.mark.parametrize(
    "result",
    [
        Detected(
            (full_poses(), full_poses()),
            (1, 7),
            PoseSource.CACHE,
            "",
            "",
            Presentation(True, 90, 1.5),
            ("Said.", "Said too."),
        ),
        Cleaned(full_poses(), np.ones((40, 15, 2), np.float32)),
        Corrected((full_poses(), marching(40)), (2, 1)),
        Portraits(np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3), (1, 2)),
        Film(np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3), np.array([0, 2])),
    ],
    ids=["detected", "cleaned", "corrected", "portraits", "film"],
)
def test_what_is_found_of_performers_travels_whole(result: Result) -> None:
    assert same(unpack_result(travelled(pack_result(result))), result)


def test_progress_travels() -> None:
    for progress in (Progress("Looking for people", 0.25, 12.5, 3.0), Progress("Loading", 0.0)):
        assert unpack_progress(travelled(pack_progress(progress))) == progress


def test_numpy_numbers_are_numbers() -> None:
    content: dict[str, Any] = {"fps": np.float32(25), "count": np.int64(3), "on": np.bool_(True)}
    assert travelled(Message("numbers", content)).content == {"fps": 25.0, "count": 3, "on": True}


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), np.float32("nan"), {1, 2}, object(), b"bytes"],
    ids=lambda value: repr(value).split(" at ")[0],
)
def test_what_is_no_json_is_not_sent(value: object) -> None:
    with pytest.raises(ProtocolError, match=ONE_SENTENCE):
        encode(Message("odd", {"value": value}))


@pytest.mark.parametrize(
    "array",
    [np.array([object()]), np.array(["text"]), np.zeros(2, complex), np.zeros((1,) * 5)],
    ids=lambda array: str(array.dtype),
)
def test_arrays_of_other_things_are_not_sent(array: np.ndarray[Any, Any]) -> None:
    with pytest.raises(ProtocolError, match=ONE_SENTENCE):
        encode(Message("odd", {}, {"array": array}))


@pytest.mark.parametrize(
    "array",
    [np.arange(12.0).reshape(3, 4).T, np.arange(12, dtype=">i4"), np.broadcast_to(np.float32(1), (3, 2))],
    ids=str,
)
def test_arrays_in_any_layout_are_sent(array: np.ndarray[Any, Any]) -> None:
    assert np.array_equal(travelled(Message("any", {}, {"array": array})).arrays["array"], array)


def test_a_hundred_thousand_frames_travel_in_no_time() -> None:
    poses = full_poses(100_000)
    began = time.perf_counter()
    out = unpack_result(travelled(pack_result(Detected((poses,), (1,), PoseSource.NETWORKS, "cpu"))))
    assert time.perf_counter() - began < 2
    assert isinstance(out, Detected)
    assert np.array_equal(out.people[0].positions, poses.positions)


def test_arrays_that_came_are_read_only_and_aligned() -> None:
    array = travelled(Message("a", {"odd": "x"}, {"flags": np.ones(3, np.bool_), "numbers": np.arange(5.0)})).arrays[
        "numbers"
    ]
    assert array.flags.aligned
    assert not array.flags.writeable


@given(messages, st.data())
def test_a_damaged_message_is_named_in_one_sentence(message: Message, data: st.DataObject) -> None:
    whole = bytearray(encode(message))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for damaged in (bytes(whole), bytes(whole[:cut]), bytes(whole) + b"more"):
        assert re.match(ONE_SENTENCE, problem(partial(decode, damaged)))


@given(st.binary(max_size=300))
def test_noise_is_no_message(noise: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode(noise)


def with_header(header: bytes, body: bytes = b"") -> bytes:
    header += b" " * (-(8 + len(header)) % 8)
    return struct.pack("<4sI", b"MR2D", len(header)) + header + body


@pytest.mark.parametrize(
    "table",
    [
        [["a", "|O", [1]]],
        [["a", "<f4", [-1]]],
        [["a", "<f4", [10**30, 10**30]]],
        [["a", "<f4", [2**31, 2**31]]],
        [["a", "<f4", [1.0]]],
        [["a", "<f4", [True]]],
        [["a", "<f4", [1] * 9]],
        [["a", "<f4"]],
        ["a"],
        [[1, "<f4", [1]]],
        [["a", ["<f4"], [1]]],
        [["a", "<f8", [1]], ["a", "<f8", [0]]],
        {"a": 1},
        None,
    ],
    ids=repr,
)
def test_a_table_of_arrays_that_lies_is_refused(table: object) -> None:
    with pytest.raises(ProtocolError, match=ONE_SENTENCE):
        decode(with_header(json.dumps({"kind": "k", "content": {}, "arrays": table}).encode(), bytes(8)))


@pytest.mark.parametrize(
    "header",
    [b"[" * 100_000, b'{"kind": NaN, "content": {}, "arrays": []}', b"[]", b'{"kind": "k"}', b"\xff", b"1" * 10_000],
    ids=lambda h: h[:12],
)
def test_a_header_of_another_form_is_refused(header: bytes) -> None:
    with pytest.raises(ProtocolError, match=ONE_SENTENCE):
        decode(with_header(header))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["detect", "retarget", "detected", "retargeted", "progress"]), st.data())
def test_a_message_that_lacks_or_exchanges_parts_never_ends_in_a_traceback(kind: str, data: st.DataObject) -> None:
    whole = {
        "detect": pack_request(DetectRequest(Path("v.mp4"))),
        "retarget": pack_request(RetargetRequest(full_poses(5), ADULT, View(3.0), blend=Blend(full_poses(4), 0.5))),
        "detected": pack_result(Detected((full_poses(5),), (1,), PoseSource.NETWORKS, "cpu")),
        "retargeted": pack_result(Retargeted(any_motion(5), "cpu", "paper")),
        "progress": pack_progress(Progress("s", 0.5)),
    }[kind]
    content, arrays = dict(whole.content), dict(whole.arrays)
    key = data.draw(st.sampled_from([*content, *arrays]))
    (content if key in content else arrays).pop(key)
    if data.draw(st.booleans()):
        content[key] = data.draw(json_values)
    damaged = Message(kind, content, arrays)
    unpack = {"detect": unpack_request, "retarget": unpack_request, "progress": unpack_progress}.get(
        kind, unpack_result
    )
    assert re.match(ONE_SENTENCE, problem(lambda: unpack(damaged)))


def test_a_message_goes_through_a_pipe() -> None:
    ours, theirs = Pipe()
    send(ours, Message("hello", {"protocol": 1}, {"lengths": ADULT.lengths}))
    message = receive(theirs)
    assert same(Skeleton(message.arrays["lengths"]), ADULT)


def test_nothing_of_the_worker_knows_pickle() -> None:
    """Connections pickle what `send` and `recv` are given; ours take bytes."""
    for path in WORKER.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            node.func.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not called & {"recv", "loads_pickle", "send"}, path
        names = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not names & {"pickle", "marshal", "shelve", "Queue"}, path
