"""What stands around the people: a ground and a backdrop with enough detail to be tracked, boxes and poles."""

from __future__ import annotations

from itertools import pairwise

import bpy
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GROUND_HALF, WALL_RADIUS, WALL_HEIGHT = 32.0, 26.0, 12.0
TILE = 512
"""Pixels of a texture's side."""
SKY = (0.30, 0.36, 0.44)
PROPS = 16
CLEAR = 2.2
"""Metres around the people and before the camera within which nothing stands."""


def build_scenery(seed: int, people: Array, cameras: Array) -> None:
    """Build the place into the open file.

    Args:
        seed: of textures and of where things stand.
        people: (N, 2) where the people go on the ground, metres.
        cameras: (M, 2) where the camera goes.
    """
    random = np.random.default_rng(seed)
    _ground(random)
    _wall(random)
    _props(random, people, cameras)


def _material(name: str, pixels: Array) -> bpy.types.Material:
    """A material that shows a picture (H, W, 3), linear colours."""
    image = bpy.data.images.new(name, pixels.shape[1], pixels.shape[0])
    rgba = np.ones((*pixels.shape[:2], 4), dtype=np.float32)
    rgba[..., :3] = np.clip(pixels, 0, 1)
    image.pixels.foreach_set(rgba.ravel())
    image.pack()
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.nodes.active = node
    return material


def noise(random: np.random.Generator, size: int, octaves: tuple[int, ...]) -> Array:
    """(size, size) tileable noise of mean 0: one layer a number of cells a side, coarse ones stronger."""
    total = np.zeros((size, size))
    for cells in octaves:
        grid = random.standard_normal((cells, cells))
        at = np.arange(size) * cells / size
        low = at.astype(int) % cells
        share = at - np.floor(at)
        share = share * share * (3 - 2 * share)
        high = (low + 1) % cells
        rows = grid[low] * (1 - share[:, None]) + grid[high] * share[:, None]
        total += (rows[:, low] * (1 - share) + rows[:, high] * share) / np.sqrt(cells)
    scaled: Array = total / total.std()
    return scaled


def _ground(random: np.random.Generator) -> None:
    """Paving stones, each of its own shade, with gravel, stains and joints."""
    side = TILE // 8
    shade = np.kron(random.uniform(-1, 1, (8, 8)), np.ones((side, side)))
    row, column = np.indices((TILE, TILE))
    joint = ((row % side) < 3) | ((column % side) < 3)
    grey = 0.62 + 0.06 * shade + 0.05 * noise(random, TILE, (4, 9, 23)) + 0.05 * noise(random, TILE, (128, 256))
    grey = np.where(joint, 0.4, grey)
    warm = 1 + 0.06 * noise(random, TILE, (5, 11))
    pixels = np.stack((grey * 1.05 * warm, grey, grey * 0.9 / warm), axis=-1)
    half = GROUND_HALF
    mesh = bpy.data.meshes.new("Ground")
    mesh.from_pydata([(-half, -half, 0), (half, -half, 0), (half, half, 0), (-half, half, 0)], [], [(0, 1, 2, 3)])
    repeats = 2 * half / 4.0
    layer = mesh.uv_layers.new(name="UV")
    layer.data.foreach_set("uv", np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.float32).ravel() * repeats)
    mesh.materials.append(_material("Ground", pixels))
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Ground", mesh))


def _wall(random: np.random.Generator) -> None:
    """House fronts around the place: plaster or brick, windows, doors and posters."""
    height, width = TILE, 8 * TILE
    pixels = np.empty((height, width, 3))
    edges = np.concatenate(([0], np.sort(random.choice(np.arange(200, width - 200, 40), 12, replace=False)), [width]))
    for left, right in pairwise(edges):
        plaster = np.array((0.72, 0.68, 0.6)) * random.uniform(0.75, 1.2) * random.uniform(0.8, 1.2, 3)
        pixels[:, left:right] = plaster
        if random.random() < 0.5:
            rows, columns = np.indices((height, right - left))
            mortar = (rows % 12 < 2) | ((columns + 14 * ((rows // 12) % 2)) % 28 < 2)
            pixels[:, left:right][mortar] *= 0.7
        for bottom in range(70, height - 90, 150):
            for x in range(left + 30, right - 70, int(random.integers(95, 150))):
                frame = random.uniform(0.1, 0.9, 3)
                pixels[bottom : bottom + 90, x : x + 54] = frame
                pixels[bottom + 6 : bottom + 84, x + 6 : x + 48] = random.uniform(0.05, 0.3) * np.array(
                    (0.8, 0.95, 1.2)
                )
                pixels[bottom + 42 : bottom + 46, x : x + 54] = frame
    for _ in range(60):
        x, y = int(random.integers(0, width - 60)), int(random.integers(20, 110))
        pixels[y : y + int(random.integers(14, 44)), x : x + int(random.integers(14, 44))] = random.uniform(
            0.05, 0.9, 3
        )
    grain = np.tile(noise(random, TILE, (7, 19, 64, 256)), (1, 8))
    pixels *= (1 + 0.07 * grain)[..., None]
    around = 96
    turns = np.linspace(0, 2 * np.pi, around + 1)
    ring = np.stack((np.cos(turns), np.sin(turns)), axis=-1) * WALL_RADIUS
    points = [(*at, 0.0) for at in ring] + [(*at, WALL_HEIGHT) for at in ring]
    faces = [(k + 1, k, k + around + 1, k + around + 2) for k in range(around)]
    mesh = bpy.data.meshes.new("Wall")
    mesh.from_pydata(points, [], faces)
    uv = [((c + d) / around, e) for c in range(around) for d, e in ((1, 0), (0, 0), (0, 1), (1, 1))]
    mesh.uv_layers.new(name="UV").data.foreach_set("uv", np.array(uv, dtype=np.float32).ravel())
    mesh.materials.append(_material("Wall", pixels))
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("Wall", mesh))


def add_box(name: str, centre: Array, half: tuple[float, float, float], colour: tuple[float, float, float]) -> None:
    """Add a box of one colour."""
    signs = [(x, y, z) for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)]
    corners = [tuple(centre + np.array(sign) * half) for sign in signs]
    faces = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(corners, [], faces)
    material = bpy.data.materials.new(name)
    material.diffuse_color = (*colour, 1.0)
    mesh.materials.append(material)
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, mesh))


def _props(random: np.random.Generator, people: Array, cameras: Array) -> None:
    """Crates and posts, where they hide nobody."""
    shares = np.linspace(0, 1, 12)[:, None, None, None]
    sight = (cameras[None, :, None] * (1 - shares) + people[None, None, :] * shares).reshape(-1, 2)
    placed = 0
    for _ in range(400):
        if placed == PROPS:
            break
        at = random.uniform(-12, 12, 2)
        if np.linalg.norm(sight - at, axis=1).min() < CLEAR:
            continue
        placed += 1
        tall = placed % 3 == 0
        half = (0.06, 0.06, float(random.uniform(1.0, 2.2))) if tall else tuple(random.uniform(0.18, 0.6, 3))
        colour = random.uniform(0.05, 0.6, 3)
        add_box(
            f"Prop {placed}",
            np.array((*at, half[2])),
            (float(half[0]), float(half[1]), float(half[2])),
            (float(colour[0]), float(colour[1]), float(colour[2])),
        )
