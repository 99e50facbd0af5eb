"""A design as Blender data: an armature, a mesh for every piece, a material for every colour, a camera and a light-free world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def build(character: Character, path: Path) -> None:
    """Write the character as a file of its own, that needs no other; what was open in Blender is closed."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scene = bpy.context.scene
    collection = bpy.data.collections.new(character.name)
    scene.collection.children.link(collection)
    materials = {name: _material(name, colour) for name, colour in _colours_used(character).items()}
    armature = _armature(character, collection)
    for piece in character.pieces:
        _pin(_mesh_object(piece, materials, collection), armature, piece.bone)
    _set_stage(scene, character)
    bpy.context.preferences.filepaths.save_version = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(path.resolve()), compress=True)


def linear(code: str) -> tuple[float, float, float, float]:
    """An sRGB hexadecimal colour as Blender holds it: linear light, with alpha (IEC 61966-2-1)."""
    parts = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue, 1.0


def _colours_used(character: Character) -> dict[str, str]:
    used = {shape.colour for piece in character.pieces for shape in piece.shapes} | {"ink"}
    return {name: colour for name, colour in character.colours.items() if name in used}


def _material(name: str, code: str) -> bpy.types.Material:
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
    bpy.ops.object.mode_set(mode="OBJECT")
    for pose_bone in armature.pose.bones:
        pose_bone.rotation_mode = "XYZ"
    data.display_type = "STICK"
    armature.show_in_front = True
    return armature


def _mesh_object(piece: Piece, materials: Mapping[str, bpy.types.Material], collection: bpy.types.Collection) -> bpy.types.Object:
    """A flat mesh: a face for every shape, and behind the layer a wider one of ink for every inked shape."""
    mesh = bpy.data.meshes.new(piece.bone)
    faces = list(_faces(piece))
    colours = list(dict.fromkeys(colour for _, colour, _ in faces))
    points: list[tuple[float, float, float]] = []
    corners: list[range] = []
    for outline, _, depth in faces:
        corners.append(range(len(points), len(points) + len(outline)))
        points += [(float(x), depth, float(z)) for x, z in outline]
    mesh.from_pydata(points, [], corners)
    for colour in colours:
        mesh.materials.append(materials[colour])
    mesh.polygons.foreach_set("material_index", [colours.index(colour) for _, colour, _ in faces])
    mesh.update()
    made = bpy.data.objects.new(piece.bone, mesh)
    collection.objects.link(made)
    return made


def _faces(piece: Piece) -> Iterator[tuple[Outline, str, float]]:
    """Outline, colour and depth of each face, the ink first."""
    layer = piece.layer.value * LAYER_DEPTH
    front = layer - piece.order * PIECE_DEPTH
    for shape in piece.shapes:
        if shape.inked:
            yield widened(shape.outline, INK_WIDTH), "ink", layer + INK_DEPTH
    for index, shape in enumerate(piece.shapes):
        yield shape.outline, shape.colour, front - index * SHAPE_DEPTH


def _pin(piece: bpy.types.Object, armature: bpy.types.Object, bone: str) -> None:
    """Parent a piece to a bone where it lies; a bone carries what it holds at its tail."""
    rest = armature.data.bones[bone]
    piece.parent, piece.parent_type, piece.parent_bone = armature, "BONE", bone
    piece.matrix_parent_inverse = (rest.matrix_local @ Matrix.Translation((0, rest.length, 0))).inverted()


def _set_stage(scene: bpy.types.Scene, character: Character) -> None:
    """A camera straight in front, a world in the backdrop's colour, and colours as they are."""
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.data.type, camera.data.ortho_scale = "ORTHO", FRAMED
    camera.data.clip_start, camera.data.clip_end = 1.0, 20.0
    camera.location, camera.rotation_euler = (0, -CAMERA_DISTANCE, 1.04), (1.5707963, 0, 0)
    scene.collection.objects.link(camera)
    scene.camera = camera
    world = bpy.data.worlds.new("Backdrop")
    world.color = linear(character.colours["backdrop"])[:3]
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = linear(character.colours["backdrop"])
    scene.world = world
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x, scene.render.resolution_y = RESOLUTION
    scene.render.fps = 30
    scene.view_settings.view_transform = "Standard"
    shading = scene.display.shading
    shading.light, shading.color_type, shading.background_type = "FLAT", "MATERIAL", "WORLD"
    scene.display.render_aa = "16"
