"""A retargeted motion becomes keys and drawings: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import bpy
import numpy as np

from ...core.motion import Limbs
from ...settings.bake_targets import BakeTarget
from ...settings.drawing import Way
from ...settings.footage import EVERY_PERFORMER
from ..body.scene_motion import SceneMotion
from ..drawing.bake import DrawingBake, DrawnCharacter, armature_for, bind, key_layers, read_drawn_character
from ..figure.bake import FigureBake, bake_figure
from ..figure.continued import EarlierFigure, mark_figure, take_over
from ..figure.feet import planted_figure, standing_at
from ..figure.free_place import placed_beside
from ..figure.placement import default_placement
from ..figure.style_files import read_style
from ..job.job_settings import JobSettings
from ..job.session import Made, Take
from ..projection.planes import Placement, Plane, placement_of_rig, plane_of
from ..retiming.apply_timing import timed, timing_notes
from ..retiming.cycles import in_place
from ..rig.bake import RigBake, RigBakeSettings, bake_rig, worked_out
from ..rig.character import Character, read_character
from ..rig.key_reduction import Thinned, thinning
from ..scene.data_blocks import nothing_left_on_failure
from ..scene.media import scene_fps
from .scene_results import play_baked_frames, select_results

SAME_BODY = 1e-3
"""Relative difference of bone lengths above which an armature is no longer the one that was retargeted onto."""

MOST_NAMES = 3
"""Names of one kind that a line for the panel holds."""


@dataclass(frozen=True)
class Baked:
    """What a bake made: names of `actions` and `figures`, `keys` on the rig, of the `dense_keys` that a key a frame
    would be, `drawings` of Grease Pencil, `frames` of the longest motion.

    `notes` are sentences about what the user may want to know of the rig; `made` are the Actions and figures, and the
    objects that play them.
    """

    actions: tuple[str, ...]
    figures: tuple[str, ...]
    keys: int
    dense_keys: int
    drawings: int
    frames: int
    notes: tuple[str, ...] = ()
    made: tuple[Made, ...] = ()

    def __str__(self) -> str:
        made = [f"{_named('Action', self.actions)}, {self._keys()}"] if self.actions else []
        made += [f"{_named('figure', self.figures)}, {self.drawings:,} drawings"] if self.figures else []
        return f"Baked {self.frames:,} frames: {'; '.join(made)}"

    def _keys(self) -> str:
        if self.keys == self.dense_keys:
            return f"{self.keys:,} keys"
        return f"{self.keys:,} of {self.dense_keys:,} keys ({self.keys / self.dense_keys:.0%})"


def _named(what: str, names: Sequence[str]) -> str:
    """Action “street → Puppet”, or Actions and the first few of their names."""
    listed = ", ".join(f"“{name}”" for name in names[:MOST_NAMES])
    others = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{what if len(names) == 1 else what + 's'} {listed}{others}"


@dataclass(frozen=True, eq=False)
class _Onto:
    """Whose body it is: a `character` measured in the space of its `owner`, neither where the performer keeps their
    own; `drawn` where a drawing performs.
    """

    character: Character | None = None
    owner: bpy.types.Object | None = None
    drawn: DrawnCharacter | None = None


def chosen_character(scene: bpy.types.Scene, settings: JobSettings) -> Character | None:
    """The armature that was chosen, or else the drawing, measured; None where neither was. ValueError where it is gone,
    elsewhere, or cannot be used.
    """
    return _onto(scene, settings).character


def check_bake(scene: bpy.types.Scene, settings: JobSettings) -> Character | None:
    """The character to bake onto, None where there is none; ValueError for whatever would stop the bake, before any
    work is done.
    """
    _check_wanted(settings)
    return _checked(scene, settings)[0].character


def thinning_ahead(
    scene: bpy.types.Scene, settings: JobSettings, takes: Sequence[Take]
) -> Generator[float, None, Thinned | None]:
    """The rig's curves that `bake` will write, step by step, with nothing changed: it takes longest, and Blender's
    window lives meanwhile.

    Yields what part is done, 0..1. None where there is no rig, or where it went meanwhile; what is wrong with it `bake`
    says.
    """
    armature = settings.read_armature()
    if BakeTarget.RIG not in settings.bake.targets or armature is None:
        return None
    onto, plane = _checked(scene, settings)
    if onto.character is None:
        return None
    _check_body(onto.character, takes)
    motion = timed(takes[0].motion, scene_fps(scene), settings.bake.start_frame, settings.timing)
    wanted = _rig_settings(settings, onto.character, plane, takes[0])
    try:
        work = worked_out(armature, onto.character.bone_map, motion, wanted)
        return (yield from thinning(work.target, work.dense, wanted.keys))
    except ReferenceError:  # undone or deleted
        return None


def bake(
    scene: bpy.types.Scene,
    settings: JobSettings,
    takes: Sequence[Take],
    progress: Callable[[float], object] = lambda fraction: None,
    *,
    since: int | None = None,
    ahead: Thinned | None = None,
) -> Baked:
    """Bake the takes onto what the settings name; `progress` is told 0..1. Figures that were drawn of them before are
    drawn anew from the frame `since` on.

    What was baked is selected then, and the scene plays all of it. What was thinned out `ahead` need not be again.
    ValueError with nothing changed where it cannot be done.
    """
    _check_wanted(settings)
    onto, plane = _checked(scene, settings)
    if onto.character is not None:
        _check_body(onto.character, takes)
    motions = [timed(take.motion, scene_fps(scene), settings.bake.start_frame, settings.timing) for take in takes]
    with nothing_left_on_failure():
        figures: list[FigureBake] = []
        if BakeTarget.FIGURE in settings.bake.targets:
            figures = _figures(
                scene, settings, onto=onto, plane=plane, takes=takes, motions=motions, progress=progress, since=since
            )
        rigs, drawings = _performing(scene, settings, onto, plane, (takes[0], motions[0]), ahead=ahead)
        for figure in figures:
            if figure.data is not None:
                take_over(figure.figure, figure.data)
    performing: list[RigBake | DrawingBake] = [*rigs, *drawings]
    actions = [made.action for made in performing if made.action is not None] + [
        action for rig in rigs for action in rig.carriers
    ]
    objects = [*(figure.figure for figure in figures), *_performers(settings)]
    if since is None:  # whoever corrects a performance and bakes it anew goes on with that
        select_results(scene, objects)
    baked = [*actions, *(figure.figure.data for figure in figures)]
    frames = np.concatenate([motion.frames for motion in motions])
    play_baked_frames(scene, int(frames.min()), int(frames.max()), baked)
    return Baked(
        actions=tuple(action.name for action in actions),
        figures=tuple(figure.figure.name for figure in figures),
        keys=sum(made.keys for made in performing),
        dense_keys=sum(made.dense for made in performing),
        drawings=sum(figure.drawings for figure in figures),
        frames=max(len(motion.frames) for motion in motions),
        made=(
            *(Made(action.session_uid, action.name) for action in actions),
            *(Made(item.session_uid, item.name, is_object=True) for item in objects),
        ),
        notes=(
            *(onto.character.notes if onto.character is not None else ()),
            *timing_notes(motions),
            *(note for made in performing for note in made.notes),
        ),
    )


def _check_wanted(settings: JobSettings) -> None:
    """What is chosen fits together; ValueError where it does not."""
    if not settings.bake.targets:
        raise ValueError("Nothing is chosen to bake; choose the rig, Grease Pencil, or a drawing.")
    if settings.body.armature is None and BakeTarget.RIG in settings.bake.targets:
        raise ValueError("No armature is chosen to bake onto; choose one, or bake onto Grease Pencil alone.")
    if settings.performer == EVERY_PERFORMER and (
        settings.body.armature is not None or BakeTarget.DRAWING in settings.bake.targets
    ):
        raise ValueError(
            "Everybody is drawn in their own proportions; choose one performer for the armature or the drawing, or neither of them."
        )
    if BakeTarget.FIGURE in settings.bake.targets:
        read_style(settings.figure.style)


def _onto(scene: bpy.types.Scene, settings: JobSettings) -> _Onto:
    armature = settings.read_armature()
    if armature is not None and scene.objects.get(armature.name) != armature:
        raise ValueError(f"{armature.name} is not in the scene {scene.name}; choose an armature that is.")
    if BakeTarget.DRAWING in settings.bake.targets:
        drawn = read_drawn_character(scene, settings.drawing, armature)
        return _Onto(drawn.character, drawn.owner, drawn)
    return _Onto(read_character(armature), armature) if armature is not None else _Onto()


def _checked(scene: bpy.types.Scene, settings: JobSettings) -> tuple[_Onto, Plane]:
    onto = _onto(scene, settings)
    if onto.character is None:
        return onto, plane_of(settings.view.plane, None, None, None, scene)
    return onto, plane_of(settings.view.plane, onto.owner, onto.character.standing, onto.character.bone_map, scene)


def _performing(
    scene: bpy.types.Scene,
    settings: JobSettings,
    onto: _Onto,
    plane: Plane,
    performance: tuple[Take, SceneMotion],
    *,
    ahead: Thinned | None,
) -> tuple[list[RigBake], list[DrawingBake]]:
    """Keys on the armature, and on the layers of a drawing or on the armature that moves it.

    What is bound is bound last: then nothing can fail any more.
    """
    take, motion = performance
    drawn, armature = onto.drawn, settings.read_armature()
    by_armature = drawn is not None and drawn.settings.way != Way.LAYERS
    if drawn is not None and by_armature:
        armature = armature_for(scene, drawn)
    if onto.character is None:
        return [], []
    rigs: list[RigBake] = []
    wanted = _rig_settings(settings, onto.character, plane, take)
    if armature is not None and (BakeTarget.RIG in settings.bake.targets or by_armature):
        rigs = [bake_rig(armature, onto.character.bone_map, motion, wanted, ahead)]
    if drawn is None:
        return rigs, []
    if by_armature and armature is not None:
        return rigs, [bind(scene, drawn, armature, plane)]
    return rigs, [key_layers(scene, drawn, motion, wanted)]


def _performers(settings: JobSettings) -> list[bpy.types.Object]:
    """The objects of the scene that the motion was baked onto."""
    armature = settings.read_armature() if BakeTarget.RIG in settings.bake.targets else None
    drawing = settings.drawing.read_drawing() if BakeTarget.DRAWING in settings.bake.targets else None
    return [item for item in (armature, drawing) if item is not None]


def _check_body(character: Character, takes: Sequence[Take]) -> None:
    """The decoder drew for the bone lengths that the armature had then."""
    for take in takes:
        if not np.allclose(take.motion.skeleton.lengths, character.skeleton.lengths, rtol=SAME_BODY):
            raise ValueError(
                f"The proportions of {character.name} changed since the motion was retargeted; retarget again."
            )


def _rig_settings(settings: JobSettings, character: Character, plane: Plane, take: Take) -> RigBakeSettings:
    flat = character.planar or settings.view.limbs is Limbs.FULL_LENGTH
    depth = settings.view.depth if settings.view.depth is not None else 0.0 if flat else 1.0
    return RigBakeSettings(
        plane=plane,
        depth=depth,
        name=take.name,
        performance=settings.performance(take.performer),
        layers=settings.layers,
        keys=settings.keys,
        feet=settings.feet,
        landmarks=settings.landmarks,
        channels=settings.channels,
    )


def _figures(
    scene: bpy.types.Scene,
    settings: JobSettings,
    *,
    onto: _Onto,
    plane: Plane,
    takes: Sequence[Take],
    motions: Sequence[SceneMotion],
    progress: Callable[[float], object],
    since: int | None,
) -> list[FigureBake]:
    """A figure a take.

    Where everybody keeps their own body they share the first one's placement: they stand to each other as in the
    picture.
    """
    style = read_style(settings.figure.style)
    motions = [planted_figure(motion, settings.feet) for motion in motions]
    placement: Placement
    if onto.character is not None:
        placement = placement_of_rig(onto.owner, onto.character.standing, onto.character.bone_map, plane, motions[0])
    else:
        placement = default_placement(motions[0], plane, style)
    placement = standing_at(placement, motions[0], style, settings.feet)
    if onto.character is None:
        placement = placed_beside(scene, placement, [in_place(motion) for motion in motions])
    figures = []
    for index, (take, motion) in enumerate(zip(takes, motions, strict=True)):
        drawn, source = _part(progress, index, len(takes)), settings.performance(take.performer)
        earlier = EarlierFigure.of(scene, source, since) if since is not None else None
        made = bake_figure(
            scene,
            in_place(motion),
            placement,
            take.name,
            style=style,
            hold=settings.keys.hold,
            progress=drawn,
            earlier=earlier,
        )
        if earlier is None:
            mark_figure(scene, made.figure, source)
        figures.append(made)
    return figures


def _part(progress: Callable[[float], object], index: int, count: int) -> Callable[[float], object]:
    """Tells `progress` how much of all is done, from how much of one of `count` parts is."""
    return lambda done: progress((index + done) / count)
