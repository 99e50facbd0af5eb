"""What differs between Blender 4.3 and 5.2: one named fact for each difference.

No other module asks for Blender's version. To support another version, look at these facts first.
"""

from __future__ import annotations

import bpy

ACTIONS_HAVE_SLOTS = bpy.app.version >= (4, 4, 0)
"""4.4: an Action keeps its curves in slots, and moves nothing until a slot is assigned. Before, it holds curves itself."""

VIDEOS_ARE_TURNED = bpy.app.version >= (4, 4, 0)
"""4.4: a video is shown turned as its file asks. Before, it is shown as it is stored, and we turn it."""

WEIGHTS_HAVE_A_FUNCTION = bpy.app.version >= (4, 5, 0)
"""4.5: `drawing.set_vertex_weights` exists. Before, an operator in Edit Mode is the only way to weight strokes."""

CURVES_TAKE_A_GROUP_NAME = bpy.app.version >= (5, 0, 0)
"""5.0: `fcurves.new` of a channelbag takes `group_name`. In 4.4 and 4.5 the group is made first and then assigned."""

GREASE_PENCILS_ARE_VERSION_3 = bpy.app.version >= (5, 0, 0)
"""5.0: `bpy.data.grease_pencils` holds Grease Pencil. Before, that was annotations, and `grease_pencils_v3` held it."""

SELECTION_IS_WITH_POSE = bpy.app.version >= (5, 0, 0)
"""5.0: a pose bone has its own `select`. Before, the armature's bone has it."""

PICTURE_SHADER = "IMAGE_SCENE_LINEAR_TO_REC709_SRGB" if bpy.app.version >= (5, 0, 0) else "IMAGE"
"""5.0: the built-in shader that shows a picture of linear light over a view. Before, what is drawn there is encoded by
the view itself.
"""

STRIPS = "strips" if bpy.app.version >= (4, 4, 0) else "sequences"
"""4.4: what a sequence editor calls its strips."""

MEDIA_ARE_CHOSEN_FIRST = bpy.app.version >= (5, 0, 0)
"""5.0: the kind of medium, picture or video, is chosen before the format of a render. Before, a format alone."""

FILLS_ARE_NUMBERED = bpy.app.version >= (5, 1, 0)
"""5.1: a stroke is filled where its `fill_id` is not 0. Before, its material says so; 5.2 converts older files."""
