"""Draw a retargeted motion in Grease Pencil: a new object with one layer per limb and one drawing per frame.

The order of layers cannot be keyed. So the strokes of one limb lie a little before or behind those of another along the
plane's normal, and Grease Pencil hides strokes by depth: near limbs cover far ones, in every frame and from layer to
layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from ...core.limbs import Limb
from ...core.skeleton import JOINT_COUNT, Joint
from ...settings.bake import LAST_FRAME
from ..body.limb_ranks import limb_ranks
from ..body.scene_motion import SceneMotion
from ..projection.planes import Placement, ground_line
from ..scene.data_blocks import nothing_left_on_failure
from ..scene.grease_pencil_data import PAINT, DrawingWriter, Forms, StrokeForm, new_grease_pencil, new_material
from ..scene.media import scene_fps
from .earlier_figure import EarlierFigure
from .exposures import Exposure, exposures
from .figure_pose import figure_pose
from .figure_strokes import FigureStroke
from .figure_style import DEFAULT_STYLE, FigureStyle, Paint
from .limb_strokes import limb_strokes

ROOM = 0.9
"""Part of the way to the next limb that the strokes of one lie within."""


@dataclass(frozen=True)
class FigureBake:
    """The object, how many layers it has and how many drawings were made; `data` is what an earlier figure is to take
    over, None where it is new.
    """

    figure: bpy.types.Object
    layers: int
    drawings: int
    data: bpy.types.ID | None = None


@dataclass(frozen=True, eq=False)
class _Canvas:
    """The figure's own space in world units: x to the right, y away, z up. Its origin is the picture's point (`start`,
    `ground`).

    `spacing` is how far apart neighbouring limbs lie along y, in the motion's unit.
    """

    placement: Placement
    start: float
    ground: float
    spacing: float

    def matrix(self) -> Matrix:
        """From here to the world."""
        plane, matrix = self.placement.plane, np.eye(4)
        matrix[:3, :3] = np.stack((plane.right, plane.away, plane.up), axis=1)
        matrix[:3, 3] = self.placement.origin + self.placement.scale * (
            self.start * plane.right - self.ground * plane.up
        )
        return Matrix(matrix.tolist())

    def positions(self, points: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.float32]:
        """(K, N, 3) of the picture's points (K, N, 2) and how many limbs are behind each, `before` (K, N)."""
        away = (len(Limb) / 2 - before) * self.spacing
        placed = np.stack((points[..., 0] - self.start, away, self.ground - points[..., 1]), axis=-1)
        return (self.placement.scale * placed).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Palette:
    """The figure's materials, each made when it is first asked for, if it is not there: a paint may be a line's, an
    area's, or both.
    """

    figure: str
    colours: Mapping[Paint, str]
    materials: bpy.types.IDMaterials
    indices: dict[tuple[Paint, bool], int] = field(default_factory=dict)

    def material(self, stroke: FigureStroke) -> int:
        """The index of the material for the stroke."""
        key = stroke.paint, stroke.filled
        if key not in self.indices:
            paint = f"{stroke.paint} {'Area' if stroke.filled else 'Line'}"
            there = [material.get(PAINT) if material is not None else None for material in self.materials]
            if paint not in there:
                self.materials.append(
                    new_material(
                        f"{self.figure} {paint}", self.colours[stroke.paint], filled=stroke.filled, paint=paint
                    )
                )
            self.indices[key] = there.index(paint) if paint in there else len(there)
        return self.indices[key]


@dataclass(frozen=True, eq=False)
class _Sheet:
    """One layer in every frame: `points` (K, N, 3) in the figure's space, `forms` of the S strokes, which are `shown`
    (K, S), and where they are `made_up` (K,); None where nowhere.
    """

    points: NDArray[np.float32]
    forms: Forms
    shown: NDArray[np.bool_]
    made_up: NDArray[np.bool_] | None = None

    def marked(self, motion: SceneMotion, limb: Limb) -> _Sheet:
        """The same sheet, where the limb was out of sight: made up, or left out."""
        unseen = (motion.unseen or {}).get(limb)
        if unseen is None:
            return self
        return replace(self, shown=self.shown & ~unseen[:, None] if motion.hides else self.shown, made_up=unseen)

    def blended_from_earlier(self, earlier: EarlierFigure, limb: Limb, motion: SceneMotion) -> _Sheet:
        """The same sheet, eased away from where the earlier figure's limb was."""
        sizes = [len(form.radii) for form in self.forms]
        return replace(self, points=earlier.blended_from_earlier(limb, self.points, sizes, self.shown, motion))


def bake_figure(
    scene: bpy.types.Scene,
    motion: SceneMotion,
    placement: Placement,
    name: str,
    *,
    style: FigureStyle = DEFAULT_STYLE,
    hold: int = 1,
    progress: Callable[[float], object] = lambda fraction: None,
    earlier: EarlierFigure | None = None,
) -> FigureBake:
    """Draw the motion as a new object of the scene, which lies in the placement's plane with its origin on the ground
    where the performer starts; or go on with an `earlier` one, wherever that lies.

    A drawing a layer and `hold` frames; Poses that were not seen are drawn as predicted. Where the performer is out
    of the picture, one empty drawing stands for all those frames (`exposures`). `progress` is told 0..1 after each
    drawing; whatever it raises ends the bake. Raises ValueError where the motion or the placement cannot be drawn.
    After a failure nothing is left in the file.
    """
    _check(motion, placement, name)
    height = motion.skeleton.height
    ground = ground_line(motion) + style.sole * height
    canvas = _Canvas(placement, float(motion.positions[0, Joint.MID_HIP, 0]), ground, style.spacing * height)
    with nothing_left_on_failure():
        data = earlier.data_without_later_drawings() if earlier is not None else new_grease_pencil(name)
        palette = _Palette(name, style.colours, data.materials)
        pose, ranks = figure_pose(motion, style.shoe.splay), limb_ranks(motion)
        # Limb by limb, so that progress is told soon and a long clip needs the points of one at a time.
        sheets = (
            (limb, _sheet(limb_strokes(limb, pose, style), ranks[limb], palette, canvas).marked(motion, limb))
            for limb in Limb
        )
        frames = exposures(motion, scene_fps(scene), hold)
        if earlier is not None:
            blended_from_earlier = ((limb, sheet.blended_from_earlier(earlier, limb, motion)) for limb, sheet in sheets)
            return FigureBake(
                earlier.figure,
                len(data.layers),
                _write(data, blended_from_earlier, earlier.drawings_from_start(frames, motion), progress),
                data,
            )
        drawings = _write(data, sheets, frames, progress)
        figure = bpy.data.objects.new(name, data)
        figure.use_grease_pencil_lights = False
        figure.matrix_world = canvas.matrix()
        scene.collection.objects.link(figure)
    return FigureBake(figure, len(data.layers), drawings)


def _check(motion: SceneMotion, placement: Placement, name: str) -> None:
    count = len(motion.frames)
    if not count:
        raise ValueError(
            f"{name} cannot be drawn, because its motion has no frames; choose a longer part of the video."
        )
    shapes = {
        "positions": (count, JOINT_COUNT, 2),
        "depth": (count, JOINT_COUNT),
        "contacts": (count, 2),
        "confidence": (count, JOINT_COUNT),
    }
    for part, shape in shapes.items():
        values = getattr(motion, part)
        if values.shape != shape or not np.isfinite(values).all():
            raise ValueError(
                f"{name} cannot be drawn, because the {part} of its motion are not finite numbers of shape {shape}; retarget again."
            )
    if (np.diff(motion.frames) <= 0).any() or motion.frames[0] < 0 or motion.frames[-1] > LAST_FRAME:
        raise ValueError(
            f"{name} cannot be drawn, because its frames do not follow one another within Blender's; let it start elsewhere."
        )
    axes = placement.plane.axes
    if not (
        np.isfinite(placement.origin).all()
        and np.isfinite(placement.scale)
        and placement.scale > 0
        and np.allclose(axes @ axes.T, np.eye(3), atol=1e-4)
    ):
        raise ValueError(
            f"{name} has no place in the scene; give the armature a scale above zero, the same along all axes."
        )


def _sheet(strokes: Sequence[FigureStroke], ranks: NDArray[np.int64], palette: _Palette, canvas: _Canvas) -> _Sheet:
    """The strokes of a limb with `ranks` (K,) others behind it, each a little before the one under it."""
    sizes = [stroke.points.shape[1] for stroke in strokes]
    within = np.repeat(ROOM * np.arange(len(strokes)) / len(strokes), sizes)
    if not strokes:
        raise ValueError(
            "The style of the figure draws nothing of a limb; give each limb and the trunk a width above 0, or choose another style."
        )
    points = canvas.positions(np.concatenate([stroke.points for stroke in strokes], axis=1), ranks[:, None] + within)
    scale = canvas.placement.scale
    forms = tuple(
        StrokeForm(palette.material(stroke), tuple((stroke.radii * scale).tolist()), stroke.filled)
        for stroke in strokes
    )
    always = np.ones(len(points), dtype=np.bool_)
    return _Sheet(
        points, forms, np.stack([always if stroke.shown is None else stroke.shown for stroke in strokes], axis=1)
    )


def _write(
    data: bpy.types.ID,
    sheets: Iterable[tuple[Limb, _Sheet]],
    frames: Sequence[Exposure],
    progress: Callable[[float], object],
) -> int:
    """Write all drawings, layer by layer, and return how many."""
    writer, total, done = DrawingWriter(data, list(Limb)), len(Limb) * len(frames), 0
    for limb, sheet in sheets:
        sizes = [len(form.radii) for form in sheet.forms]
        cuts: dict[bytes, tuple[Forms, NDArray[np.bool_]]] = {}
        for exposure in frames:
            shown = sheet.shown[exposure.index] & exposure.drawn
            cut = shown.tobytes()
            if cut not in cuts:
                cuts[cut] = (
                    tuple(form for form, take in zip(sheet.forms, shown, strict=True) if take),
                    np.repeat(shown, sizes),
                )
            forms, points = cuts[cut]
            made_up = sheet.made_up is not None and bool(sheet.made_up[exposure.index])
            writer.write(limb, exposure.frame, forms, sheet.points[exposure.index, points], made_up=made_up)
            done += 1
            progress(done / total)
    writer.close()
    return done
