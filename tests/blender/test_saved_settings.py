"""The command line leaves a saved scene's settings alone: what is not given stays, and every setting has its option."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import pytest

from blender_addon.bridge.scene.grease_pencil_data import grease_pencils
from characters.catalogue import FOLDER
from tests.blender.pose_clips import street_people, write_npz
from tests.blender.scene_of_puppet import PUPPET, forget_session, open_puppet
from tests.blender.test_cli import command_line, sentence_of

pytestmark = pytest.mark.usefixtures("addon")

DRAWING, CARRIER = "Doodle", "Trolley"
CLIP_FRAMES = 40

WITHOUT_OPTION = {
    "performer_choice": "the list in the panel, which sets performer",
    "look.body_source.performer_choice": "as above",
    "look.view_source.performer_choice": "as above",
    "look.second.performer_choice": "as above",
    "bone_map": "the armature carries the map, and --bone-map gives one",
    "drawing.layer": "the row that is selected in a list",
    "settings_version": "stamped as the file is saved",
    "editing.edits": "performances that somebody edits by hand",
}
"""Properties of the scene that the command line has no option for, and why."""

UNLIKE_DEFAULT: Mapping[str, Any] = {
    "frame_range": "2:38",
    "performer": 2,
    "bake": {"RIG", "GREASE_PENCIL"},
    "view": "THREE_QUARTER",
    "azimuth": 30.0,
    "elevation": 10.0,
    "look.view_source.frame_range": "1:30",
    "look.body_source.frame_range": "1:30",
    "look.second.frame_range": "3:39",
    "look.view_source.fps": 20.0,
    "look.body_source.fps": 20.0,
    "look.second.fps": 20.0,
    "look.alignment": "TRIM",
    "poses.fps": 20.0,
    "poses.layout": "COCO_18",
    "poses.image_size": (1280, 720),
    "poses.body_parts": "punkt1=nose",
    "keys.mode": "DENSE",
    "drawing.style": "silhouette",
    "layers.title": "Wave",
    "channels.limbs": {"RIGHT_ARM", "LEFT_ARM", "BODY", "HEAD"},
    "channels.shortest": 0.6,
    "channels.longest": 1.3,
    "timing.speed": 0.5,
    "timing.shortest": 14,
}
"""Values that make sense together; what is not named here gets any that is not its default."""


def settings_in(
    group: bpy.types.PropertyGroup, within: str = ""
) -> Iterator[tuple[str, bpy.types.PropertyGroup, bpy.types.Property]]:
    """Path, owner and RNA of every property that can be set, and is not WITHOUT_OPTION."""
    for row in group.bl_rna.properties:
        path = f"{within}{row.identifier}"
        if row.identifier in {"rna_type", "name"} or row.is_skip_save or path in WITHOUT_OPTION:
            continue
        value = getattr(group, row.identifier)
        if isinstance(value, bpy.types.PropertyGroup):
            yield from settings_in(value, f"{path}.")
        elif row.type == "COLLECTION" or not row.is_readonly:
            yield path, group, row


def snapshot() -> dict[str, Any]:
    """What the open file's scene asks for, by the paths of the properties."""
    return {path: plain(group, row) for path, group, row in settings_in(bpy.context.scene.retarget2d)}


def plain(group: bpy.types.PropertyGroup, row: bpy.types.Property) -> Any:  # noqa: ANN401
    """A property's value, which outlives the file."""
    value = getattr(group, row.identifier)
    if row.type == "COLLECTION":
        members = [member for member in row.fixed_type.properties if member.identifier != "rna_type"]
        return [{member.identifier: plain(item, member) for member in members} for item in value]
    if row.type == "POINTER":
        return value.name if value is not None else None
    if row.type in {"INT", "FLOAT"} and row.is_array:
        return tuple(value)
    return frozenset(value) if row.type == "ENUM" and row.is_enum_flag else value


def put(path: str, value: Any) -> None:  # noqa: ANN401
    """Set a property of the open file's scene by hand; an object by its name."""
    owner, _, name = f"retarget2d.{path}".rpartition(".")
    group = bpy.context.scene.path_resolve(owner)
    is_object = group.bl_rna.properties[name].type == "POINTER"
    setattr(group, name, bpy.data.objects.get(value) if is_object and value is not None else value)


def unlike_default(row: bpy.types.Property) -> Any:  # noqa: ANN401
    """A value that the property has not by default."""
    match row.type:
        case "BOOLEAN":
            return not row.default
        case "ENUM":
            return next(item.identifier for item in row.enum_items if item.identifier != row.default)
        case "INT":
            return row.default + 1
        case "FLOAT":
            return (
                (row.default + (row.hard_max if row.default < row.hard_max else row.hard_min)) / 2
                if row.hard_max < 1e6
                else row.default + 0.5
            )
        case "STRING":
            return f"a {row.identifier}"
    raise AssertionError(f"Say in UNLIKE_DEFAULT what {row.identifier} may be set to.")


def open_stage() -> None:
    """The puppet's file, with a drawing and an empty beside the puppet."""
    open_puppet()
    with bpy.data.libraries.load(str(FOLDER / "drawn.blend")) as (_, wanted):
        wanted.objects = [DRAWING]
    for item in (bpy.data.objects[DRAWING], bpy.data.objects.new(CARRIER, None)):
        bpy.context.scene.collection.objects.link(item)


def change_every_setting(clip: Path) -> None:
    """Let every property of the open scene differ from its default, with a job that can be done all the same."""
    settings = bpy.context.scene.retarget2d
    clips = dict.fromkeys(("video", "look.view_source.video", "look.body_source.video", "look.second.video"), str(clip))
    values = {**UNLIKE_DEFAULT, **clips, "armature": PUPPET, "drawing.target": DRAWING, "channels.carrier": CARRIER}
    for path, _, row in list(settings_in(settings)):
        if row.type != "COLLECTION":
            put(path, values[path] if path in values else unlike_default(row))
    made = settings.editing.corrections.add()
    made.operation, made.one, made.other, made.frame = "SWAP", 1, 2, 12
    made.video, made.frame_range = str(clip), settings.frame_range
    part = settings.drawing.layers.add()
    part.name, part.part, part.use_pivot, part.pivot = "Tail", "NONE", True, (1, 2, 3)


@pytest.fixture
def changed(addon: ModuleType, tmp_path: Path) -> Path:
    """A saved scene with no setting at its default."""
    forget_session()
    open_stage()
    usual = snapshot()
    change_every_setting(write_npz(tmp_path / "clip.npz", street_people(CLIP_FRAMES)))
    same = {path for path, value in snapshot().items() if value == usual[path]}
    assert not same, "they differ from their defaults"
    file = tmp_path / "shot.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(file))
    return file


def apply_to_scene(*words: str) -> None:
    """Parse the words as the command does, and set the open scene."""
    from blender_addon import command_line as options_of

    options_of.apply(
        options_of.job_parser("test", "setup", "bone-map").parse_args(["--output", "out.blend", *words]),
        bpy.context.scene,
    )


def test_what_is_not_given_stays_as_the_scene_says(changed: Path) -> None:
    before = snapshot()
    bpy.ops.wm.open_mainfile(filepath=str(changed))
    apply_to_scene()
    assert snapshot() == before


def raw_keys() -> dict[str, Any]:
    """Every Action of the open file: its curves, and of every key all numbers and kinds as they are."""
    from blender_addon.bridge.scene.animation.actions import curves_of_all_slots

    numbers, kinds = (
        ("co", "handle_left", "handle_right"),
        ("interpolation", "type", "handle_left_type", "handle_right_type"),
    )

    def key(point: bpy.types.Keyframe) -> tuple[Any, ...]:
        return (*(tuple(getattr(point, name)) for name in numbers), *(getattr(point, name) for name in kinds))

    return {
        action.name: {
            (curve.data_path, curve.array_index): [key(point) for point in curve.keyframe_points]
            for curve in curves_of_all_slots(action)
        }
        for action in bpy.data.actions
    }


def drawn_points() -> dict[str, Any]:
    """Every point of every drawing of the open file."""
    return {
        f"{data.name} {layer.name} {frame.frame_number}": [
            tuple(point.position) for stroke in frame.drawing.strokes for point in stroke.points
        ]
        for data in grease_pencils()
        for layer in data.layers
        for frame in layer.frames
    }


def test_a_saved_scene_s_own_job_gives_the_keys_of_the_button(
    changed: Path, worker_python: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.blend"
    result = command_line(changed, "--output", out, "--python", worker_python)
    assert result.returncode == 0, result.stderr
    bpy.ops.wm.open_mainfile(filepath=str(changed))
    before, blank = snapshot(), len(drawn_points())
    assert bpy.ops.retarget2d.run() == {"FINISHED"}
    by_button, drawn = raw_keys(), drawn_points()
    bpy.ops.wm.open_mainfile(filepath=str(out))
    assert sum(len(points) for curves in by_button.values() for points in curves.values()) > 100
    assert raw_keys() == by_button
    assert len(drawn) > blank
    assert drawn_points() == drawn
    assert snapshot() == before


@dataclass(frozen=True)
class Option:
    """Words of the command line, and what they `set` by the paths of the properties, where `before` was set by hand."""

    words: list[str]
    sets: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)


OTHER = str(Path("other.npz").absolute())
OPTIONS = [
    Option(["--video", "dance.mp4"], {"video": str(Path("dance.mp4").absolute())}),
    Option(["--range", "2:38"], {"frame_range": "2:38"}),
    Option(["--range", ""], {"frame_range": ""}, {"frame_range": "2:38"}),
    Option(["--performer", "2"], {"performer": 2}),
    Option(["--performer", "all"], {"performer": -1}),
    Option(["--performer", "main"], {"performer": 0}, {"performer": 2}),
    Option(["--armature", PUPPET], {"armature": PUPPET}),
    Option(["--armature", "none"], {"armature": None}, {"armature": PUPPET}),
    Option(["--bake", "grease-pencil,drawing"], {"bake": {"GREASE_PENCIL", "DRAWING"}}),
    Option(["--start-frame", "-5"], {"start_frame": -5}),
    Option(["--model", "paper"], {"model": "PAPER"}),
    Option(["--fps", "12.5"], {"poses.fps": 12.5}),
    Option(["--fps", "own"], {"poses.fps": 0}, {"poses.fps": 12}),
    Option(["--layout", "coco_18"], {"poses.layout": "COCO_18"}),
    Option(["--layout", "auto"], {"poses.layout": "AUTO"}, {"poses.layout": "COCO_18"}),
    Option(["--image-size", "640", "480"], {"poses.image_size": (640, 480)}),
    Option(["--image-size", "0", "0"], {"poses.image_size": (0, 0)}, {"poses.image_size": (640, 480)}),
    Option(["--body-parts", "punkt1=nose"], {"poses.body_parts": "punkt1=nose"}),
    Option(["--body-parts", ""], {"poses.body_parts": ""}, {"poses.body_parts": "punkt1=nose"}),
    Option(["--view", "side"], {"view": "SIDE"}),
    Option(["--view", "as-filmed"], {"view": "AS_FILMED"}, {"view": "SIDE"}),
    Option(["--view", "30,10"], {"view": "ANGLE", "azimuth": 30, "elevation": 10}),
    Option(["--view", "30,10,-15"], {"view": "ANGLE", "azimuth": 30, "elevation": 10, "roll": -15}),
    Option(["--view", "angle"], {"view": "ANGLE"}, {"azimuth": 20, "elevation": 5}),
    Option(["--view", "level"], {"view": "LEVEL"}),
    Option(["--camera-tilt", "-12.5"], {"camera_tilt_auto": False, "camera_tilt": -12.5}),
    Option(["--camera-tilt", "auto"], {"camera_tilt_auto": True}, {"camera_tilt_auto": False, "camera_tilt": 3}),
    Option(["--camera-height", "20"], {"camera_height_auto": False, "camera_height": 20}),
    Option(["--camera-height", "auto"], {"camera_height_auto": True}, {"camera_height_auto": False}),
    Option(["--posture", "character"], {"look.posture": "CHARACTER"}),
    Option(["--posture", "performer"], {"look.posture": "PERFORMER"}, {"look.posture": "CHARACTER"}),
    Option(["--view", "as-other"], {"view": "AS_OTHER"}, {"look.view_source.video": OTHER}),
    Option(["--view-like", "other.npz"], {"view": "AS_OTHER", "look.view_source.video": OTHER}),
    Option(["--view-like", "same", "--view-like-person", "2"], {"view": "AS_OTHER", "look.view_source.performer": 2}),
    Option(
        ["--view-like-person", "main"],
        {"look.view_source.performer": 0},
        {"view": "AS_OTHER", "look.view_source.performer": 2},
    ),
    Option(
        ["--view-like", "other.npz", "--view-like-range", "1:9", "--view-like-fps", "20"],
        {
            "view": "AS_OTHER",
            "look.view_source.video": OTHER,
            "look.view_source.frame_range": "1:9",
            "look.view_source.fps": 20,
        },
    ),
    Option(["--view-like-fps", "own"], {"look.view_source.fps": 0}, {"view": "AS_OTHER", "look.view_source.fps": 20}),
    Option(
        ["--view-like", "same", "--view-like-range", "1:9"],
        {"view": "AS_OTHER", "look.view_source.video": "dance.mp4", "look.view_source.frame_range": "1:9"},
        {"video": "dance.mp4"},
    ),
    Option(["--limbs", "full-length"], {"look.limbs": "FULL_LENGTH"}),
    Option(["--plane", "side"], {"plane": "SIDE"}),
    Option(["--depth", "0.3"], {"depth": 0.3, "depth_auto": False}),
    Option(["--depth", "auto"], {"depth_auto": True}, {"depth": 0.3, "depth_auto": False}),
    Option(["--body", "other"], {"look.body": "OTHER"}),
    Option(["--body", "own"], {"look.body": "OWN"}, {"look.body": "OTHER", "look.body_source.video": OTHER}),
    Option(
        ["--like", "other.npz", "--like-person", "2", "--like-range", "1:9", "--like-fps", "20"],
        {
            "look.body": "OTHER",
            "look.body_source.video": OTHER,
            "look.body_source.performer": 2,
            "look.body_source.frame_range": "1:9",
            "look.body_source.fps": 20,
        },
    ),
    Option(
        ["--like-person", "3"],
        {"look.body_source.performer": 3},
        {"look.body": "OTHER", "look.body_source.performer": 2},
    ),
    Option(
        [
            "--blend",
            "other.npz",
            "--blend-person",
            "2",
            "--blend-range",
            "1:9",
            "--blend-fps",
            "20",
            "--blend-motion",
            "0.5",
        ],
        {
            "look.second.video": OTHER,
            "look.second.performer": 2,
            "look.second.frame_range": "1:9",
            "look.second.fps": 20,
            "look.blend_motion": 0.5,
        },
    ),
    Option(["--blend-skeleton", "0.2", "--blend", "same"], {"look.blend_skeleton": 0.2}),
    Option(["--blend-view", "0.2"], {"look.blend_view": 0.2}, {"look.blend_motion": 0.5}),
    Option(["--blend-motion", "0"], {"look.blend_motion": 0}, {"look.blend_motion": 0.5}),
    Option(["--align", "match"], {"look.alignment": "MATCH"}),
    Option(["--smooth", "0.2"], {"editing.smooth": 0.2}),
    Option(["--smooth", "0"], {"editing.smooth": 0}, {"editing.lost": "HOLD"}),
    Option(["--camera-motion", "taken-out"], {"editing.camera_motion": "TAKEN_OUT"}),
    Option(["--camera-motion", "kept"], {"editing.camera_motion": "KEPT"}),
    Option(["--unseen-limbs", "hold"], {"editing.unseen_limbs": "HOLD"}),
    Option(["--unseen-limbs", "hide"], {"editing.unseen_limbs": "HIDE"}),
    Option(["--distance", "kept"], {"editing.distance": "KEPT"}),
    Option(["--distance", "automatic"], {"editing.distance": "AUTOMATIC"}, {"editing.distance": "KEPT"}),
    Option(["--lost", "hold"], {"editing.lost": "HOLD"}),
    Option(["--backdrop", "plane"], {"editing.backdrop": "PLANE"}),
    Option(["--feet", "never"], {"feet.planting": "NEVER"}),
    Option(["--ground", "0.5"], {"feet.ground": 0.5, "feet.ground_auto": False}),
    Option(["--ground", "auto"], {"feet.ground_auto": True}, {"feet.ground": 0.5, "feet.ground_auto": False}),
    Option(["--legs", "ik", "--arms", "fk"], {"feet.legs": "IK", "feet.arms": "FK"}),
    Option(["--turn", "head"], {"landmarks.hands": False, "landmarks.feet": False}),
    Option(["--turn", "none"], {"landmarks.hands": False, "landmarks.feet": False, "landmarks.head": False}),
    Option(["--speed", "0.5"], {"timing.speed": 0.5}),
    Option(["--cycle"], {"timing.cycle": True}),
    Option(["--no-cycle"], {"timing.cycle": False}, {"timing.cycle": True}),
    Option(["--cycle-frames", "20"], {"timing.shortest": 20}),
    Option(["--cycle-root", "in-place"], {"timing.root": "IN_PLACE"}),
    Option(["--repeats", "3"], {"timing.repeats": 3}),
    Option(["--no-endless"], {"timing.endless": False}),
    Option(["--endless"], {"timing.endless": True}, {"timing.endless": False}),
    Option(["--keys", "dense"], {"keys.mode": "DENSE"}),
    Option(["--angle-tolerance", "2"], {"keys.angle": math.radians(2)}),
    Option(["--distance-tolerance", "2"], {"keys.distance": 2}),
    Option(["--stretch-tolerance", "2"], {"keys.stretch": 2}),
    Option(["--key-limbs", "head,body"], {"channels.limbs": {"HEAD", "BODY"}}),
    Option(["--amount", "head=0.5"], {"channels.head": 0.5}, {"channels.body": 0.2}),
    Option(["--amount", "body=0.5"], {"channels.body": 0.5}),
    Option(
        ["--amount", "right-arm=0.5", "--amount", "left-arm=0.4"], {"channels.right_arm": 0.5, "channels.left_arm": 0.4}
    ),
    Option(
        ["--amount", "right-leg=0.5", "--amount", "left-leg=0.4"], {"channels.right_leg": 0.5, "channels.left_leg": 0.4}
    ),
    Option(["--pose", "kept"], {"channels.pose": "ADDED"}),
    Option(["--path", "in-place"], {"channels.root": "IN_PLACE"}),
    Option(["--carrier", CARRIER], {"channels.carrier": CARRIER}),
    Option(["--carrier", "none"], {"channels.carrier": None}, {"channels.carrier": CARRIER}),
    Option(["--follow-turn", "0.3"], {"channels.follow_turn": 0.3}),
    Option(["--stretch", "0.4"], {"channels.use_stretch": True, "channels.stretch": 0.4}),
    Option(
        ["--stretch", "0"], {"channels.use_stretch": False}, {"channels.use_stretch": True, "channels.stretch": 0.4}
    ),
    Option(["--auto-stretch"], {"channels.auto_stretch": True}, {"channels.auto_stretch": False}),
    Option(["--no-artwork-views"], {"channels.artwork": False}),
    Option(["--artwork-views"], {"channels.artwork": True}, {"channels.artwork": False}),
    Option(["--no-auto-stretch"], {"channels.auto_stretch": False}),
    Option(["--shortest", "0.7", "--longest", "1.5"], {"channels.shortest": 0.7, "channels.longest": 1.5}),
    Option(["--keep-volume", "0.9"], {"channels.volume": 0.9}),
    Option(["--bake-as", "layer"], {"layers.mode": "LAYER"}),
    Option(["--layer-title", "Wave"], {"layers.title": "Wave"}),
    Option(["--layer-title", ""], {"layers.title": ""}, {"layers.title": "Wave"}),
    Option(["--layer-blending", "add"], {"layers.blending": "ADD"}),
    Option(["--layer-influence", "0.5"], {"layers.influence": 0.5}),
    Option(["--drawing", DRAWING], {"drawing.target": DRAWING}),
    Option(["--drawing", "none"], {"drawing.target": None}, {"drawing.target": DRAWING}),
    Option(["--drawing-way", "bones"], {"drawing.way": "BONES"}),
    Option(["--no-near-far"], {"drawing.near_far": False}),
    Option(["--near-far"], {"drawing.near_far": True}, {"drawing.near_far": False}),
    Option(["--figure-style", "silhouette"], {"drawing.style": "silhouette"}),
    Option(["--figure-style", ""], {"drawing.style": ""}, {"drawing.style": "silhouette"}),
]
LISTS = {"editing.corrections": "--correct", "drawing.layers": "--drawing-parts and --drawing-joint"}
"""Settings that are lists; tests of their own try their options."""
OF_ONE_RUN = {
    *("--file", "--scene", "--output", "--reset", "--json", "--device", "--python"),
    *("--view-keys", "--correct", "--bone-map"),
}
"""Options that are no setting of the scene, and those that change a list, keys or the armature."""


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: " ".join(option.words))
def test_an_option_sets_what_it_names_and_nothing_else(option: Option) -> None:
    open_stage()
    for path, value in option.before.items():
        put(path, value)
    apply_to_scene(*option.words)
    by_words = snapshot()
    open_stage()
    for path, value in {**option.before, **option.sets}.items():
        put(path, value)
    assert by_words == snapshot()


def test_every_setting_has_its_option() -> None:
    open_stage()
    given = {path for option in OPTIONS for path in option.sets} | LISTS.keys()
    assert {path for path, _, _ in settings_in(bpy.context.scene.retarget2d)} == given


def test_what_has_no_option_is_no_setting_that_was_renamed() -> None:
    open_stage()
    for path in WITHOUT_OPTION:
        bpy.context.scene.path_resolve(f"retarget2d.{path}")


def test_help_says_that_the_scene_decides(capsys: pytest.CaptureFixture[str]) -> None:
    from blender_addon import cli

    assert cli.main(["--help"]) == 0
    entries = [" ".join(entry.split()) for entry in re.split(r"\n  (?=--)", capsys.readouterr().out)[1:]]
    otherwise = {entry.split()[0].rstrip(",") for entry in entries if "default: as the scene says" not in entry}
    assert len(entries) > 60
    assert otherwise == OF_ONE_RUN


def test_reset_starts_from_the_defaults_and_takes_what_is_given(changed: Path) -> None:
    from blender_addon.bridge.retiming.view_keys import is_keyed

    scene = bpy.context.scene
    scene.retarget2d.keyframe_insert("azimuth", frame=3)
    assert is_keyed(scene)
    apply_to_scene("--reset", "--video", "dance.mp4", "--keys", "twos")
    by_words = snapshot()
    assert not is_keyed(scene)
    open_stage()
    put("video", str(Path("dance.mp4").absolute()))
    put("keys.mode", "TWOS")
    assert by_words == snapshot()


def test_corrections_come_after_those_of_the_scene_or_in_their_place(changed: Path) -> None:
    def labels() -> list[str]:
        return [made.label for made in bpy.context.scene.retarget2d.editing.corrections]

    apply_to_scene("--correct", "merge:1,3")
    assert labels() == ["Swap 1 and 2 from frame 12", "Merge 1 and 3"]
    apply_to_scene("--correct", "none", "--correct", "split:2,5")
    assert labels() == ["Split 2 at frame 5"]


def test_parts_and_joints_of_a_drawing_are_set_one_by_one(changed: Path) -> None:
    def rows() -> dict[str, tuple[str, bool, tuple[float, ...]]]:
        return {
            row.name: (row.part, row.use_pivot, tuple(row.pivot)) for row in bpy.context.scene.retarget2d.drawing.layers
        }

    apply_to_scene("--drawing", DRAWING)
    assert rows() == {"Tail": ("NONE", True, (1, 2, 3))}, "the drawing that is chosen already keeps its parts"
    apply_to_scene("--drawing-parts", "Hand R=head", "--drawing-joint", "Hand R=0,1,2")
    assert rows()["Tail"] == ("NONE", True, (1, 2, 3))
    assert rows()["Hand R"] == ("HEAD", True, (0, 1, 2))
    apply_to_scene("--drawing-joint", "Tail=auto")
    assert rows()["Tail"][:2] == ("NONE", False)
    assert rows()["Hand R"] == ("HEAD", True, (0, 1, 2))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"video": ""}, "Choose a video first."),
        ({"armature": None}, "Choose a character, or bake onto Grease Pencil alone."),
        ({"bake": {"DRAWING"}, "drawing.target": None}, "Choose the drawing that performs."),
        ({"performer": -1}, "Choose one performer for the rig, or bake everybody onto Grease Pencil alone."),
    ],
)
def test_what_a_scene_lacks_is_said_as_the_panel_says_it(
    changed: Path, asked: Mapping[str, Any], sentence: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from blender_addon import cli

    for path, value in asked.items():
        put(path, value)
    assert f"{bpy.context.window_manager.retarget2d.missing}." == sentence
    out = tmp_path / "out.blend"
    assert cli.main(["--output", str(out)]) == 2
    assert sentence_of(capfd.readouterr().err) == sentence
    assert not out.exists()


def test_another_scene_is_asked_where_the_line_names_it(
    changed: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from blender_addon import cli

    bpy.data.scenes.new("Act 2")
    assert cli.main(["--scene", "Act 2", "--output", str(tmp_path / "out.blend")]) == 2
    assert sentence_of(capfd.readouterr().err) == "Choose a video first."
