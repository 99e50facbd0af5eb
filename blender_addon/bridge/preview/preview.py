"""The preview that plays in this Blender: which objects show it, and how the file stays the user's own meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import bpy

from ...settings.bake_targets import BakeTarget
from ...settings.keys import KeyMode
from ..job.job_settings import JobSettings
from ..job.session import Take
from ..projection.planes import placement_of_rig
from ..retiming.apply_timing import apply_timing
from ..retiming.cycles import without_travel
from ..scene.animation.actions import Curve, made_action, slot_of
from ..scene.data_blocks import data_blocks, nothing_left_on_failure
from ..scene.media import scene_fps
from ..targets.baking import BakePlan
from ..targets.rig import rig_settings
from ..targets.target import SceneTake, TargetPlan, Writing
from .dense_curves import Part, dense_curves, parts_of
from .kept_animation import MARK, is_kept, keep, mark, play, put_back, remove
from .shown_evidence import ShownEvidence
from .shown_skeleton import ShownSkeleton

NAME = "Preview"
SHOWN = (BakeTarget.RIG, BakeTarget.FIGURE)
"""The targets that a preview shows."""


@dataclass
class Preview:
    """The state of the preview: whether it is `on`, for the scene with that session uid; `problem` is a sentence that
    says why nothing is shown, `skeleton` is the one that the rig follows, and `shows_skeleton` whether it is drawn;
    `evidence` is how sure the performance is, `shows_strip` whether that is drawn, and `shows_video` whether the video
    is. None of it is saved.
    """

    on: bool = False
    scene: int = 0
    problem: str = ""
    whole: bool = False
    skeleton: ShownSkeleton | None = None
    shows_skeleton: bool = True
    evidence: ShownEvidence | None = None
    shows_strip: bool = True
    shows_video: bool = False
    _written: dict[int, tuple[Curve, ...]] = field(default_factory=dict)

    def begin(self, scene: bpy.types.Scene) -> None:
        """From now on the scene's character performs."""
        self.end()
        self.on, self.scene, self.problem, self.whole = True, scene.session_uid, "", False

    def end(self) -> None:
        """Put everything back, and remove what the preview made."""
        self.on, self.problem, self.skeleton, self.evidence = False, "", None, None
        self._written.clear()
        put_everything_back()

    def targets_of(self, settings: JobSettings) -> JobSettings:
        """The settings with the targets alone that a preview shows; ValueError where none is chosen."""
        targets = settings.bake.targets & set(SHOWN)
        if not targets:
            raise ValueError("A drawing is not previewed; choose the rig or a figure, or bake the drawing.")
        return replace(settings, bake=replace(settings.bake, targets=frozenset(targets)))

    def steps(self, plan: BakePlan, takes: Sequence[Take]) -> Iterator[None]:
        """Show the takes, part by part; the frame under the playhead first. ValueError as the bake."""
        scene, settings = plan.settings.read_scene(), plan.settings
        fps, start = scene_fps(scene), settings.bake.start_frame
        timed = [apply_timing(take.motion, fps, start, settings.timing) for take in takes]
        self.evidence = ShownEvidence.of(timed[0], settings.timing.speed)
        _remove_figures()
        if (rig := plan.parts.get(BakeTarget.RIG)) is not None:
            armature = settings.read_armature()
            assert armature is not None
            for part in parts_of(timed[0], scene.frame_current):
                self._show_on_rig(rig, armature, takes[0], part)
                yield
        if (figure := plan.parts.get(BakeTarget.FIGURE)) is not None:
            performed = tuple(SceneTake(take, motion) for take, motion in zip(takes, timed, strict=True))
            _show_figures(figure, Writing(scene, performed))
        self.whole = True

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """The file as it is without the preview; it goes on afterwards."""
        shown = []
        for owner in bpy.data.objects:
            if is_kept(owner):
                animation = owner.animation_data
                shown.append((owner, animation.action if animation is not None else None, _slot(animation)))
                put_back(owner)
        hidden = [(item, tuple(item.users_collection)) for item in bpy.data.objects if MARK in item]
        for item, collections in hidden:
            for collection in collections:
                collection.objects.unlink(item)
        try:
            yield
        finally:
            for item, collections in hidden:
                for collection in collections:
                    collection.objects.link(item)
            for owner, action, slot in shown:
                if action is not None and MARK in action:
                    keep(owner, _channels_of(self._written.get(owner.session_uid, ())))
                    play(owner, action, slot)

    def _show_on_rig(self, plan: TargetPlan, armature: bpy.types.Object, take: Take, part: Part) -> None:
        with self.suspended():
            curves = dense_curves(plan, armature, take, part.motion)
            self.skeleton = _skeleton(plan, armature, take, part)
        for owner in [owner for owner in armature.children_recursive if is_kept(owner) and owner not in curves]:
            self._stop(owner)
        for owner, keys in curves.items():
            self._play(owner, keys)
        self.whole = part.whole

    def _play(self, owner: bpy.types.Object, curves: Sequence[Curve]) -> None:
        """Let an object perform, in the place of what it performed before; artwork mostly goes on with the same."""
        if self._plays(owner, curves):
            return
        self._stop(owner)
        keep(owner, _channels_of(curves))
        action, slot = made_action(owner, NAME, curves)
        mark(action)
        play(owner, action, slot)
        self._written[owner.session_uid] = tuple(curves)

    def _plays(self, owner: bpy.types.Object, curves: Sequence[Curve]) -> bool:
        """Whether an object performs just this already."""
        animation, written = owner.animation_data, self._written.get(owner.session_uid, ())
        if not is_kept(owner) or animation is None or animation.action is None or MARK not in animation.action:
            return False
        return len(written) == len(curves) and all(map(Curve.is_like, written, curves))

    def _stop(self, owner: bpy.types.Object) -> None:
        """Put an object back, and remove what it performed."""
        earlier = owner.animation_data.action if is_kept(owner) and owner.animation_data else None
        put_back(owner)
        if earlier is not None and MARK in earlier:
            remove(earlier)


def _skeleton(plan: TargetPlan, armature: bpy.types.Object, take: Take, part: Part) -> ShownSkeleton:
    character = plan.subject.character
    assert character is not None
    motion = without_travel(part.motion)
    placement = placement_of_rig(armature, character.standing, character.bone_map, plan.plane, motion)
    return ShownSkeleton.of(motion, placement, rig_settings(plan, take).depth)


def put_everything_back() -> None:
    """Give every object of the file what it plays itself, and remove what any preview made: also one of an earlier
    Blender that crashed, or of a state that an undo brought back.
    """
    for owner in bpy.data.objects:
        if is_kept(owner):
            put_back(owner)
    _remove_figures()
    for action in [action for action in bpy.data.actions if MARK in action]:
        remove(action)


def _remove_figures() -> None:
    made = [block for block in data_blocks().values() if MARK in block and not isinstance(block, bpy.types.Action)]
    if made:
        bpy.data.batch_remove(made)


def _show_figures(plan: TargetPlan, writing: Writing) -> None:
    """Draw the figures, on threes: that is quick, and shows the motion."""
    coarse = replace(plan, settings=replace(plan.settings, keys=replace(plan.settings.keys, mode=KeyMode.THREES)))
    before = frozenset(data_blocks())
    with nothing_left_on_failure():
        coarse.write(writing)
    for uid, block in data_blocks().items():
        if uid not in before:
            block[MARK] = 0
            block.is_runtime_data = True


def _channels_of(curves: Sequence[Curve]) -> tuple[tuple[str, int], ...]:
    return tuple({(curve.path, curve.index): None for curve in curves})


def _slot(animation: bpy.types.AnimData | None) -> bpy.types.ActionSlot | None:
    return slot_of(animation) if animation is not None else None


preview = Preview()
"""The preview of this process."""
