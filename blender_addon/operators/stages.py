"""The stages of a job, each a generator: it yields where it stands, never blocks, and returns its result. Closing it
cancels it.

The modal operators, the synchronous ones and the command line all run these, so that each way in gives the same keys.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import bpy

from ..bridge.job.job_settings import JobSettings, Source
from ..bridge.job.session import Performance, Take, session
from ..bridge.performance_edit.edit import Edited, read_edits
from ..bridge.preview import film
from ..bridge.rig.measured_character import Character
from ..bridge.scene import addon, portraits
from ..bridge.scene.footage import Footage
from ..bridge.scene.identity_corrections import Correction
from ..bridge.targets.baking import Baked, BakePlan, plan_bake, read_subject
from ..bridge.targets.target import Subject
from ..settings.view import ViewChoice
from ..worker import client

_Result = TypeVar("_Result")
_Arguments = ParamSpec("_Arguments")
Steps = Generator[client.Progress, None, _Result]
"""A stage: progress after progress, then the result."""

STARTING, CHOOSING_KEYS, BAKING = "Starting", "Choosing keys", "Baking"
AT_ONCE = 0.01
"""Seconds that a thread is waited for before Blender goes on beside it: what is known already takes no step."""
LONGEST_END = 1.0
"""Seconds that a cancelled thread is waited for; it ends within a tenth of one."""


def detecting(settings: JobSettings, preferred: addon.Preferred) -> Steps[Performance]:
    """Everybody in the video or pose file, with corrected identities. The session keeps them, so that a video is
    detected once.

    ValueError where the detection fails.
    """
    session.detection = found = yield from finding(settings.footage, preferred)
    key = found.key
    corrections = settings.corrections
    if session.performance is None or session.performance.key != (key, corrections):
        corrected = yield from _corrected(found, corrections, preferred)
        session.performance = replace(found, key=(key, corrections), people=corrected.people, ids=corrected.ids)
    return session.performance


def detecting_others(
    settings: JobSettings, preferred: addon.Preferred, performance: Performance
) -> Steps[tuple[Performance, ...]]:
    """The performances that give view, body and blend, in the order of the settings' sources. The main one may be
    among them.
    """
    found = []
    for source in settings.sources:
        other = performance if source.footage == settings.footage else (yield from finding(source.footage, preferred))
        found.append(other)
    return tuple(found)


def cleaning(
    settings: JobSettings, preferred: addon.Preferred, performance: Performance, performer: int
) -> Steps[client.Cleaned]:
    """A performer's poses, cleaned of mistakes and jitter as the settings ask; once, as long as they ask the same."""
    poses, cleaning = performance.poses_of(performer), settings.cleaning
    asked = (cleaning.smooth, cleaning.gap_policy, cleaning.camera)
    known: client.Cleaned | None = session.known_cleaned(poses, asked)
    if known is not None:
        return known
    runtime = yield from _runtime(preferred)
    done: client.Cleaned = yield from _answer(client.CleanRequest(poses, *asked), runtime)
    session.remember_cleaned(poses, asked, done)
    return done


def portraying(settings: JobSettings, preferred: addon.Preferred, performance: Performance) -> Steps[None]:
    """Pictures of the performers for whoever chooses among them; made once. A pose file has none."""
    if performance.source is client.PoseSource.FILE or not portraits.are_missing(performance.key):
        return
    runtime = yield from _runtime(preferred)
    footage = settings.footage
    request = client.PortraitRequest(
        footage.find()[0], footage.frame_range, footage.fps, performance.people, performance.ids
    )
    found = yield from _answer(request, runtime)
    portraits.show(performance.key, found.pictures, found.ids)


def filming(settings: JobSettings, preferred: addon.Preferred, performance: Performance) -> Steps[None]:
    """Small pictures of the video, to show beside a preview; read once. A pose file has none."""
    if performance.source is client.PoseSource.FILE or not film.is_missing(performance.key):
        return
    runtime = yield from _runtime(preferred)
    footage = settings.footage
    request = client.FilmRequest(
        footage.find()[0], footage.frame_range, footage.fps, film.PICTURE_HEIGHT, film.MOST_PICTURES
    )
    found = yield from _answer(request, runtime)
    film.show(performance.key, found.pictures, found.rows)


def retargeting(
    settings: JobSettings, preferred: addon.Preferred, performance: Performance, character: Character | None
) -> Steps[tuple[Take, ...]]:
    """The chosen performers' motion on the character's body, or on their own where there is none; decoded once for each
    target.

    A performer who is being edited does what the edit says, as it is now.
    """
    others = yield from detecting_others(settings, preferred, performance)
    performers = performance.chosen(settings.performer)
    key = settings.motion_key((performance, *others), character.skeleton if character is not None else None)
    edits = read_edits(settings, performers)
    keys = [(*key, _fingerprint(edits[performer])) for performer in performers]
    if [(take.key, take.performer) for take in session.takes] == list(zip(keys, performers, strict=True)):
        session.device = session.takes[0].device
        return session.takes
    runtime = yield from _runtime(preferred)
    sources: dict[Source, client.PoseSequence] = {}
    for source, other in zip(settings.sources, others, strict=True):
        seen = (yield from cleaning(settings, preferred, other, other.chosen(source.performer)[0])).poses
        sources[source] = settings.filmed(seen)
    takes = []
    for performer, key in zip(performers, keys, strict=True):
        edited = edits[performer]
        poses = (
            edited.poses
            if edited is not None
            else (yield from cleaning(settings, preferred, performance, performer)).poses
        )
        _notice(settings.camera_notice(poses))
        request = _request(settings, preferred, settings.filmed(poses), character, sources)
        done = yield from _answer(request, runtime)
        _notice(done.message)
        takes.append(
            Take(key, settings.take_name(performer, performance.ids), performer, done.motion, done.device, done.model)
        )
        session.device = done.device
    session.takes = tuple(takes)
    return session.takes


def _request(
    settings: JobSettings,
    preferred: addon.Preferred,
    poses: client.PoseSequence,
    character: Character | None,
    sources: Mapping[Source, client.PoseSequence],
) -> client.RetargetRequest:
    """What is asked of the worker for one performer, with the poses of the other performances."""
    second, blend = settings.blend, None
    if settings.blended_with is not None:
        blend = client.Blend(
            sources[settings.blended_with], second.motion, second.skeleton, second.view, second.alignment
        )
    lasting = max(((len(clip) - 1) / clip.fps for clip in (poses, *sources.values())), default=0.0)
    body = sources[settings.body_of] if settings.body_of is not None else None
    return client.RetargetRequest(
        poses=poses,
        skeleton=settings.body_of_character(character.skeleton) if character is not None else body,
        view=sources[settings.view_of] if settings.view_of is not None else settings.view_at(poses, lasting),
        model=settings.bake.model.lower(),
        device=preferred.device,
        blend=blend,
        limbs=settings.view.limbs,
        distance=settings.cleaning.distance,
        camera=settings.camera,
        level=settings.view.view is ViewChoice.LEVEL,
    )


def choosing_keys(plan: BakePlan, takes: tuple[Take, ...]) -> Steps[BakePlan]:
    """Which keys there will be, worked out before anything is changed; the plan that knows them."""
    steps = plan.choose_keys(plan.settings.read_scene(), takes)
    while True:
        try:
            yield client.Progress(CHOOSING_KEYS, next(steps))
        except StopIteration as end:
            chosen: BakePlan = end.value
            return chosen


def baking(plan: BakePlan, takes: tuple[Take, ...], since: int | None = None) -> Steps[Baked]:
    """Keys and drawings, made in one go at the end: whoever cancels before has changed nothing. `since`: the frame from
    which figures are drawn anew.
    """
    yield client.Progress(BAKING, 0.0)
    session.device = takes[0].device
    scene = plan.settings.read_scene()
    manager = bpy.context.window_manager
    manager.progress_begin(0, 100)
    try:
        baked = plan.write(scene, takes, lambda done: manager.progress_update(round(100 * done)), since=since)
    finally:
        manager.progress_end()
    for note in baked.notes:
        _notice(note)
    return baked


def baking_again(settings: JobSettings) -> Steps[Baked]:
    """Bake what was retargeted before; ValueError where the settings ask for another motion by now."""
    subject = _subject_of_takes(settings)
    if subject is None:
        raise ValueError("The settings changed since the motion was retargeted; retarget the performer again.")
    edits = read_edits(settings, [take.performer for take in session.takes])
    if any(take.key[-1] != _fingerprint(edits[take.performer]) for take in session.takes):
        raise ValueError("The performance was edited since it was retargeted; retarget the performer again.")
    takes = session.takes
    plan = yield from choosing_keys(plan_bake(settings.read_scene(), settings, subject.character), takes)
    return (yield from baking(plan, takes))


def _subject_of_takes(settings: JobSettings) -> Subject | None:
    """Whose body the motions that are there go onto; None where they are not those that the settings ask for."""
    performance = session.performance
    if performance is None or not session.shows(settings.footage.video, settings.footage.frame_range):
        return None
    others = [
        performance if source.footage == settings.footage else session.found(source.footage.find()[1])
        for source in settings.sources
    ]
    known = [other for other in others if other is not None]
    if len(known) < len(others):
        return None
    subject = read_subject(settings.read_scene(), settings)
    character = subject.character
    key = settings.motion_key((performance, *known), character.skeleton if character is not None else None)
    return subject if all(take.key[:-1] == key for take in session.takes) else None


def whole_job(settings: JobSettings, preferred: addon.Preferred) -> Steps[Baked]:
    """From the video to the keys. What would stop the bake is said before any work is done."""
    for footage in (settings.footage, *(source.footage for source in settings.sources)):
        footage.find()
    plan = plan_bake(settings.read_scene(), settings)
    performance = yield from detecting(settings, preferred)
    takes = yield from retargeting(settings, preferred, performance, plan.character)
    plan = yield from choosing_keys(plan, takes)
    return (yield from baking(plan, takes))


def installing(python: Path, wheels: Path | None, online: bool) -> Steps[str]:
    """The worker's environment, made with `python` from the package index, or from a folder of wheels."""
    return (yield from following(client.install(folder_of_runtime(), python, wheels, online)))


def adding_gpu_support(python: Path, online: bool) -> Steps[str]:
    """What there is to download, or, where that is known, PyTorch itself, for Blender's own `python`."""
    folder = folder_of_runtime()
    yield from _until_done(client.add_gpu_support(folder, python, online))
    return str(client.gpu_state(folder))


def folder_of_runtime() -> Path:
    """Where the runtime is installed; ValueError where the user has no folder."""
    folder = addon.runtime_folder()
    if folder is None:
        raise ValueError(addon.no_user_folder("the runtime cannot be installed"))
    return folder


def following(installation: client.Installation) -> Steps[str]:
    """An installation that has begun."""
    runtime = yield from _until_done(installation)
    return f"The runtime is installed: {runtime.python}"


def finding(footage: Footage, preferred: addon.Preferred) -> Steps[Performance]:
    """Everybody in the footage, as detected. The session keeps them."""
    path, key = footage.find()
    if (known := session.found(key)) is not None:
        return known
    runtime = yield from _runtime(preferred)
    cache = addon.pose_cache()
    request = client.DetectRequest(
        video=path,
        range=footage.frame_range,
        fps=footage.fps,
        device=preferred.device,
        cache=cache,
        threads=preferred.threads,
        layout=footage.layout,
        image_size=footage.image_size,
        body_parts=footage.body_parts,
    )
    found = yield from _answer(request, runtime)
    unkept = (
        addon.no_user_folder("the poses that were found are not kept")
        if cache is None and found.source is not client.PoseSource.FILE
        else ""
    )
    for notice in (found.message, *found.notices, unkept):
        _notice(notice)
    performance = Performance(
        key, str(footage.place), footage.frame_range, found.people, found.ids, found.source, found.presentation
    )
    session.remember(performance)
    return performance


def _fingerprint(edited: Edited | None) -> str:
    """The fingerprint of an edit; empty where there is none."""
    return edited.fingerprint if edited is not None else ""


def _corrected(
    found: Performance, corrections: tuple[Correction, ...], preferred: addon.Preferred
) -> Steps[client.Corrected]:
    if not corrections:
        return client.Corrected(found.people, found.ids)
    runtime = yield from _runtime(preferred)
    made = tuple(client.TrackCorrection(**asdict(correction)) for correction in corrections)
    done: client.Corrected = yield from _answer(client.CorrectRequest(found.people, found.ids, made), runtime)
    return done


def _answer(request: client.Request, runtime: client.Runtime) -> Steps[Any]:
    """What the worker on that Python answers. A job that was cancelled is let end first: asked in the midst of it, the
    worker would be started anew, which takes seconds.
    """
    while client.is_stopping():
        yield client.Progress(STARTING, 0.0)
    return (yield from _until_done(client.start(request, runtime.python, runtime.packages, runtime.gpu)))


def _until_done(job: client.Job[Any] | client.Task[Any]) -> Steps[Any]:
    finished = False
    try:
        while not (finished := job.poll()):
            yield job.progress
        return job.result()
    finally:
        if not finished:
            job.cancel()


def _notice(message: str) -> None:
    if message and message not in session.notices:
        session.notices.append(message)


def _runtime(preferred: addon.Preferred) -> Steps[client.Runtime]:
    """The Python that runs the worker; looking for it starts processes, so it is looked for beside Blender's own
    thread.
    """
    cancelled = threading.Event()
    places = (preferred.python, addon.runtime_folder(), addon.folder_of_packages())
    try:
        runtime = yield from _beside(cancelled, client.find_runtime, *places, cancelled)
    except client.WorkerError:
        session.needs_runtime = True
        raise
    _notice(runtime.notice)
    return runtime


def _beside(
    cancelled: threading.Event,
    function: Callable[_Arguments, _Result],
    *arguments: _Arguments.args,
    **named: _Arguments.kwargs,
) -> Steps[_Result]:
    """What a function gives, called in a thread of its own.

    `cancelled` is set where this is closed before, and its end waited for a while.
    """
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(function(*arguments, **named))
        except BaseException as error:  # handed on to the thread that waits
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(AT_ONCE)
    try:
        while thread.is_alive():
            yield client.Progress(STARTING, 0.0)
    finally:
        cancelled.set()
        thread.join(LONGEST_END)
    if errors:
        raise errors[0]
    return results[0]
