"""AlphaPose JSON: one list of `{"image_id": "12.jpg", "keypoints", "score", "idx"}`, or by image with `--format open`
and `--format cmu`.

Scores may lie above 1; images in which nobody was found are missing; `idx` is the identity where people were tracked,
and 0 for everybody where they were not. COCO-17, HALPE-26, and COCO-18 in the two other formats.
"""

from __future__ import annotations

from .coco import is_result_list, read_entries
from .containers import Json
from .pose_file import PoseFile, Source

BY_IMAGE = (("people", "pose_keypoints_2d"), ("bodies", "joints"))
"""What `--format open` and `--format cmu` call the people of an image and their points."""


def recognises(document: object) -> bool:
    """Whether a JSON document is a list of poses with names of images, or poses by image."""
    if isinstance(document, dict):
        return any(
            isinstance(image, dict) and any(isinstance(image.get(people), list) for people, _ in BY_IMAGE)
            for image in document.values()
        )
    return is_result_list(document)


def read(document: Json, source: Source) -> PoseFile:
    """Everybody in it; the number in an image's name is its frame."""
    return read_entries(document if isinstance(document, list) else _entries(document, source), source)


def _entries(images: Json, source: Source) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for name, image in images.items():
        for people, points in BY_IMAGE:
            found = image.get(people) if isinstance(image, dict) else None
            if found is not None and not isinstance(found, list):
                raise source.error(f"holds no people under {name[:40]}; export the poses again.")
            entries.extend(
                {"image_id": name, "keypoints": person.get(points), "idx": person.get("idx", person.get("person_id"))}
                for person in found or ()
                if isinstance(person, dict)
            )
        if isinstance(image, dict):  # with what it says of itself, and where nobody was found
            entries.append({**_plain(image), "image_id": name})
    return entries


def _plain(image: Json) -> dict[str, object]:
    """What an image says but for its people, its size under a name that is no box's."""
    sides = {f"image_{side}": image[side] for side in ("width", "height") if side in image}
    return {key: value for key, value in image.items() if key not in {"people", "bodies", "keypoints"}} | sides
