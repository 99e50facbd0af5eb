"""The preview that plays in this Blender: which objects show it, and how the file stays the user's own meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
from numpy.typing import NDArray

from ...settings.bake_targets import BakeTarget
from ...settings.drawing import Way
from ...settings.keys import KeyMode
from ..body.scene_motion import SceneMotion
from ..drawing.built_armature import armature_of
from ..drawing.drawing_bake import plan_layer_keys
from ..job.session import Take
from ..projection.planes import placement_of_rig
from ..retiming.cycles import without_travel
from ..scene.animation.actions import Curve, continued_action, slot_of
from ..scene.animation.visibility import HIDDEN
from ..scene.data_blocks import data_blocks, nothing_left_on_failure
from ..targets.baking import BakePlan, in_scene
from ..targets.rig import rig_settings
from ..targets.target import SceneTake, TargetPlan, Writing
from .dense_curves import Part, Performance, dense_curves, parts_of
from .kept_animation import MARK, is_kept, keep, kept_owners, mark, play, put_back, remove, set_value
from .shown_evidence import ShownEvidence
from .shown_skeleton import ShownSkeleton
from .stand_in import hiding_curves, make_stand_in, show_in_local_views

NAME, EARLIER = "Preview", "Earlier Preview"


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
    _written: dict[int, Performance] = field(default_factory=dict)

    def begin(self, scene: bpy.types.Scene) -> None:
        """From now on the scene's character performs."""
        self.end()
        self.on, self.scene, self.problem, self.whole = True, scene.session_uid, "", False

    def end(self) -> None:
        """Put everything back, and remove what the preview made."""
        self.on, self.problem, self.skeleton, self.evidence = False, "", None, None
        self._written.clear()
        put_everything_back()

    def steps(self, plan: BakePlan, takes: Sequence[Take]) -> Iterator[None]:
        """Show the takes, part by part; the frame under the playhead first. ValueError as the bake."""
        scene = plan.settings.read_scene()
        performed = in_scene(scene, plan.settings, takes)
        first = performed[0]
        self.evidence = ShownEvidence.of(first.motion, plan.settings.timing.speed)
        performing: set[int] = set()
        self.skeleton = self.skeleton if plan.character is not None else None
        for target, armature in _armatures(plan):
            for part in parts_of(first.motion, scene.frame_current):
                performing |= self._show_on_rig(target, armature, first.take, part)
                yield
        made: set[BakeTarget] = set()
        if (drawing := _in_place(plan)) is not None:
            made.add(BakeTarget.DRAWING)
            for part in parts_of(first.motion, scene.frame_current):
                performing.add(self._show_in_place(drawing, replace(first, motion=part.motion)))
                yield
        if (figure := plan.parts.get(BakeTarget.FIGURE)) is not None:
            self._show_figures(figure, Writing(scene, performed))
            made.add(BakeTarget.FIGURE)
        self._stop_others(performing, made)
        self.whole = True

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """The file as it is without the preview; it goes on afterwards."""
        shown = []
        for owner in kept_owners():
            animation = owner.animation_data
            hides = [(name, getattr(owner, name)) for name in HIDDEN if hasattr(owner, name)]
            shown.append((owner, animation.action if animation is not None else None, _slot(animation), hides))
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
                show_in_local_views(item)
            for owner, action, slot, hides in shown:
                if action is not None and MARK in action:
                    performed = self._written.get(owner.session_uid, Performance([]))
                    self._keep(owner, performed)
                    play(owner, action, slot)
                    for name, hidden in hides:
                        setattr(owner, name, hidden)

    def _show_on_rig(self, plan: TargetPlan, armature: bpy.types.Object, take: Take, part: Part) -> set[int]:
        """The session uids of the objects that perform."""
        with self.suspended():
            performances = dense_curves(plan, armature, take, part.motion)
            self.skeleton = _skeleton(plan, armature, take, part.motion)
        for owner, performed in performances.items():
            if part.whole or not self._performs_like(owner, performed, part.motion.frames):
                self._play(owner, performed)
        self.whole = part.whole
        return {owner.session_uid for owner in performances}

    def _show_in_place(self, plan: TargetPlan, performed: SceneTake) -> int:
        """Let a copy of the drawing perform, and hide the drawing, whose session uid is returned."""
        drawn, earlier = plan.subject.drawn, _replaced(BakeTarget.DRAWING)
        assert drawn is not None
        with self.suspended(), _marked_as(BakeTarget.DRAWING):
            layers = plan_layer_keys(drawn, performed.motion, rig_settings(plan, performed.take))
            make_stand_in(layers, NAME)
            self.skeleton = _skeleton(plan, drawn.owner, performed.take, performed.motion)
        _remove_blocks(earlier)
        self._play(drawn.drawing, Performance(hiding_curves(int(performed.motion.frames[0]))), goes_on=True)
        drawn.drawing.hide_viewport = drawn.drawing.hide_render = True
        return int(drawn.drawing.session_uid)

    def _show_figures(self, plan: TargetPlan, writing: Writing) -> None:
        """Draw the figures, on threes: that is quick, and shows the motion."""
        coarse = replace(plan, settings=replace(plan.settings, keys=replace(plan.settings.keys, mode=KeyMode.THREES)))
        earlier = _replaced(BakeTarget.FIGURE)
        with self.suspended(), _marked_as(BakeTarget.FIGURE):
            for figure in coarse.write(writing).figures:
                figure.hide_select = True  # what would be drawn or moved in it would go with the preview
                show_in_local_views(figure)
        _remove_blocks(earlier)

    def _stop_others(self, performing: Collection[int], made: Collection[BakeTarget]) -> None:
        """Let those objects alone perform, and keep what was made for those targets alone: others were chosen before."""
        for owner in [owner for owner in kept_owners() if owner.session_uid not in performing]:
            self._stop(owner)
        for target in {BakeTarget.DRAWING, BakeTarget.FIGURE} - set(made):
            _remove_blocks(_made(target))

    def _play(self, owner: bpy.types.ID, performed: Performance, *, goes_on: bool = False) -> None:
        """Let a data-block perform, in the place of what it performed before; what else it is animated by `goes_on`, as
        it does beside the layers of a drawing and the images of a material. Artwork mostly performs the same again.
        """
        if self._plays(owner, performed):
            return
        self._stop(owner)
        self._keep(owner, performed)
        played = {curve.path for curve in performed.curves}
        goes_on |= not isinstance(owner, bpy.types.Object)
        action, slot = continued_action(owner, NAME, performed.curves, lambda path: not goes_on or path in played)
        mark(action)
        play(owner, action, slot)
        self._written[owner.session_uid] = performed

    def _keep(self, owner: bpy.types.ID, performed: Performance) -> None:
        """Remember how it stands, and let it stand as it is to."""
        keep(owner, (*_channels_of(performed.curves), *((path, 0) for path in performed.stands)))
        for path, value in performed.stands.items():
            set_value(owner, path, 0, value)

    def _plays(self, owner: bpy.types.ID, performed: Performance) -> bool:
        """Whether a data-block performs just this already."""
        return self._matches(owner, performed, Curve.is_like)

    def _performs_like(self, owner: bpy.types.ID, performed: Performance, frames: NDArray[np.int64]) -> bool:
        """Whether what a data-block performs already is the same on these frames (n,): that of artwork mostly is."""
        return self._matches(owner, performed, lambda one, other: one.performs_like(other, frames))

    def _matches(self, owner: bpy.types.ID, performed: Performance, alike: Callable[[Curve, Curve], bool]) -> bool:
        """Whether a data-block performs curves that are each alike, and stands as it is to."""
        animation, written = owner.animation_data, self._written.get(owner.session_uid)
        if written is None or not is_kept(owner) or animation is None or animation.action is None:
            return False
        if MARK not in animation.action or written.stands != performed.stands:
            return False
        return len(written.curves) == len(performed.curves) and all(map(alike, written.curves, performed.curves))

    def _stop(self, owner: bpy.types.ID) -> None:
        """Put a data-block back, and remove what it performed."""
        earlier = owner.animation_data.action if is_kept(owner) and owner.animation_data else None
        put_back(owner)
        if earlier is not None and MARK in earlier:
            remove(earlier)


def _armatures(plan: BakePlan) -> list[tuple[TargetPlan, bpy.types.Object]]:
    """The armatures that perform, each once, and whose plan each is: the rig, and what moves a drawing."""
    found: dict[bpy.types.Object, TargetPlan] = {}
    if (rig := plan.parts.get(BakeTarget.RIG)) is not None:
        armature = plan.settings.read_armature()
        assert armature is not None
        found[armature] = rig
    drawing = plan.parts.get(BakeTarget.DRAWING)
    if drawing is not None and (moved_by := _moved_by(drawing)) is not None:
        found.setdefault(moved_by, drawing)
    return [(target, armature) for armature, target in found.items()]


def _moved_by(drawing: TargetPlan) -> bpy.types.Object | None:
    """The armature that is to move a drawing; None where its own layers are keyed, or an armature is yet to be built."""
    drawn = drawing.subject.drawn
    return drawn.armature if drawn is not None and drawn.settings.way != Way.LAYERS else None


def _in_place(plan: BakePlan) -> TargetPlan | None:
    """The plan of a drawing that a copy stands in for; one that is bound to its armature follows that by itself."""
    drawing = plan.parts.get(BakeTarget.DRAWING)
    if drawing is None or drawing.subject.drawn is None:
        return None
    armature = _moved_by(drawing)
    follows = armature is not None and armature_of(drawing.subject.drawn.drawing) == armature
    return None if follows else drawing


def _skeleton(plan: TargetPlan, owner: bpy.types.Object, take: Take, motion: SceneMotion) -> ShownSkeleton:
    """The skeleton over the character, which is measured in the space of its owner."""
    character = plan.subject.character
    assert character is not None
    motion = without_travel(motion)
    placement = placement_of_rig(owner, character.standing, character.bone_map, plan.plane, motion)
    return ShownSkeleton.of(motion, placement, rig_settings(plan, take).depth)


def put_everything_back() -> None:
    """Give everything in the file what it plays itself, and remove what any preview made: also one of an earlier
    Blender that crashed, or of a state that an undo brought back.
    """
    for owner in kept_owners():
        put_back(owner)
    _remove_blocks(_made())
    for action in [action for action in bpy.data.actions if MARK in action]:
        remove(action)


def _made(target: BakeTarget | None = None) -> list[bpy.types.ID]:
    """What a preview of that target, or of any, made beside Actions."""
    blocks = [block for block in data_blocks().values() if MARK in block and not isinstance(block, bpy.types.Action)]
    return [block for block in blocks if target is None or block[MARK] == target.value]


def _replaced(target: BakeTarget) -> list[bpy.types.ID]:
    """What a preview of that target made before, to be removed once there is more to see; it leaves its names."""
    earlier = _made(target)
    for block in earlier:
        block.name = EARLIER
    return earlier


def _remove_blocks(blocks: Iterable[bpy.types.ID]) -> None:
    """Remove them, with the Actions that they alone play."""
    doomed = list(blocks)
    playing = [block.animation_data.action for block in doomed if getattr(block, "animation_data", None) is not None]
    if doomed:
        bpy.data.batch_remove(doomed)
    for action in playing:
        if action is not None and MARK in action:
            remove(action)


@contextmanager
def _marked_as(target: BakeTarget) -> Iterator[None]:
    """Every data-block that is made meanwhile is the preview's, and is not saved."""
    before = frozenset(data_blocks())
    with nothing_left_on_failure():
        yield
    for uid, block in data_blocks().items():
        if uid in before:
            continue
        if isinstance(block, bpy.types.Action):
            mark(block)
        else:
            block[MARK] = target.value
            block.is_runtime_data = True


def _channels_of(curves: Sequence[Curve]) -> tuple[tuple[str, int], ...]:
    return tuple({(curve.path, curve.index): None for curve in curves})


def _slot(animation: bpy.types.AnimData | None) -> bpy.types.ActionSlot | None:
    return slot_of(animation) if animation is not None else None


preview = Preview()
"""The preview of this process."""
