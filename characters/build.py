"""A design as Blender data: an armature, a mesh for every piece, a material for every colour, a camera and a light-free
world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy
from mathutils import Matrix, Vector

from .design import Character, Piece
from .outlines import Outline, widened

LAYER_DEPTH = 0.04
"""From one layer to the next, along y."""
INK_DEPTH = 0.012
"""How far the ink of a limb lies behind its layer, so that no line crosses where two of its pieces overlap."""
PIECE_DEPTH, SHAPE_DEPTH = 0.002, 0.0003
"""How far in front of it each further piece of a layer lies, and each further shape of a piece."""
INK_WIDTH = 0.014

RESOLUTION = (540, 720)
FRAMED = 2.5
"""Height of the picture that the camera sees; the character stands in its middle."""
CAMERA_DISTANCE = 8.0


@dataclass(frozen=True, eq=False)
class Face:
    """A flat outline of one colour at a depth along y."""

    outline: Outline
    colour: str
    depth: float


def build(character: Character, path: Path) -> None:
    """Write the character as a file of its own, that needs no other; what was open in Blender is closed."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    collection = bpy.data.collections.new(character.name)
    scene.collection.children.link(collection)
    materials = {name: flat_material(name, colour) for name, colour in _colours_used(character).items()}
    armature = _armature(character, collection)
    for piece in character.pieces:
        made = flat_object(piece.name, list(_faces(piece)), materials, collection)
        made.hide_viewport = made.hide_render = bool(piece.views)
        _pin(made, armature, piece.bone)
    set_stage(scene, character.colours["backdrop"])
    look_through_camera()
    bpy.context.preferences.filepaths.save_version = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(path.resolve()), compress=True)


def look_through_camera() -> None:
    """Let every 3D viewport of the open file show what is rendered: seen by the camera, in flat colours."""
    for area in (area for screen in bpy.data.screens for area in screen.areas if area.type == "VIEW_3D"):
        view = area.spaces.active
        view.region_3d.view_perspective = "CAMERA"
        view.shading.light, view.shading.color_type, view.shading.background_type = "FLAT", "MATERIAL", "WORLD"
        view.shading.show_object_outline = view.overlay.show_relationship_lines = False
        view.overlay.show_floor = view.overlay.show_axis_x = view.overlay.show_axis_y = False


def linear(code: str) -> tuple[float, float, float, float]:
    """An sRGB hexadecimal colour as Blender holds it: linear light, with alpha (IEC 61966-2-1)."""
    parts = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue, 1.0


def _colours_used(character: Character) -> dict[str, str]:
    used = {shape.colour for piece in character.pieces for shape in piece.shapes} | {"ink"}
    return {name: colour for name, colour in character.colours.items() if name in used}


def flat_material(name: str, code: str) -> bpy.types.Material:
    """One colour that no light changes, the same in Workbench, EEVEE and Cycles."""
    material = bpy.data.materials.new(name)
    material.diffuse_color = linear(code)
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    emission, output = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
    emission.inputs["Color"].default_value = linear(code)
    output.location = (200, 0)
    links.new(emission.outputs["Emission"], output.inputs["Surface"])
    return material


def _armature(character: Character, collection: bpy.types.Collection) -> bpy.types.Object:
    data = bpy.data.armatures.new(character.name)
    armature = bpy.data.objects.new(character.name, data)
    collection.objects.link(armature)
    bpy.context.view_layer.objects.active = armature
    bpy.ops.object.mode_set(mode="EDIT")
    for bone in character.bones:
        edited = data.edit_bones.new(bone.name)
        edited.head, edited.tail = ((x, 0.0, z) for x, z in (bone.head, bone.tail))
        # Every bone's z axis points at the viewer, so that one channel, Z, turns it in its plane.
        edited.align_roll(Vector((0, -1, 0)))
        edited.parent = data.edit_bones[bone.parent] if bone.parent else None
        # A limb that is shortened as it points at the viewer leaves the shape of what it carries alone.
        edited.inherit_scale = "NONE"
    bpy.ops.object.mode_set(mode="OBJECT")
    for pose_bone in armature.pose.bones:
        pose_bone.rotation_mode = "XYZ"
    data.display_type = "STICK"
    armature.show_in_front = True
    return armature


def flat_object(
    name: str, faces: Sequence[Face], materials: Mapping[str, bpy.types.Material], collection: bpy.types.Collection
) -> bpy.types.Object:
    """An object of flat faces that look at the viewer, from the back one to the front one, with the materials of their
    colours.
    """
    mesh = bpy.data.meshes.new(name)
    colours = list(dict.fromkeys(face.colour for face in faces))
    points: list[tuple[float, float, float]] = []
    corners: list[range] = []
    for face in faces:
        corners.append(range(len(points), len(points) + len(face.outline)))
        points += [(float(x), face.depth, float(z)) for x, z in face.outline]
    mesh.from_pydata(points, [], corners)
    for colour in colours:
        mesh.materials.append(materials[colour])
    mesh.polygons.foreach_set("material_index", [colours.index(face.colour) for face in faces])
    mesh.update()
    made = bpy.data.objects.new(name, mesh)
    collection.objects.link(made)
    return made


def _faces(piece: Piece) -> Iterator[Face]:
    """The ink first: a wider face behind the layer for every inked shape."""
    layer = piece.layer.value * LAYER_DEPTH
    front = layer - piece.order * PIECE_DEPTH
    for shape in piece.shapes:
        if shape.inked and shape.of_face == piece.face:
            yield Face(widened(shape.outline, INK_WIDTH), "ink", layer + INK_DEPTH)
    for index, shape in enumerate(piece.shapes):
        if shape.of_face == piece.face:
            yield Face(shape.outline, shape.colour, front - index * SHAPE_DEPTH)


def _pin(piece: bpy.types.Object, armature: bpy.types.Object, bone: str) -> None:
    """Parent a piece to a bone where it lies; a bone carries what it holds at its tail."""
    rest = armature.data.bones[bone]
    piece.parent, piece.parent_type, piece.parent_bone = armature, "BONE", bone
    piece.matrix_parent_inverse = (rest.matrix_local @ Matrix.Translation((0, rest.length, 0))).inverted()


def set_stage(scene: bpy.types.Scene, backdrop: str) -> None:
    """A camera straight in front, a world in the backdrop's colour, and colours as they are."""
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.data.type, camera.data.ortho_scale = "ORTHO", FRAMED
    camera.data.clip_start, camera.data.clip_end = 1.0, 20.0
    camera.location, camera.rotation_euler = (0, -CAMERA_DISTANCE, 1.04), (1.5707963, 0, 0)
    scene.collection.objects.link(camera)
    scene.camera = camera
    world = bpy.data.worlds.new("Backdrop")
    world.color = linear(backdrop)[:3]
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = linear(backdrop)
    scene.world = world
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x, scene.render.resolution_y = RESOLUTION
    scene.render.fps = 30
    scene.view_settings.view_transform = "Standard"
    shading = scene.display.shading
    shading.light, shading.color_type, shading.background_type = "FLAT", "MATERIAL", "WORLD"
    scene.display.render_aa = "16"
