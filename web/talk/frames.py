"""Pictures of recordings: a poster of each talk, and what is seen in a second of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Blueprint, Response, request, send_file
from flask_babel import gettext as _

from archive.errors import Busy
from archive.types import Talk
from web.site import site

frames = Blueprint("frames", __name__, url_prefix="/talks/<slug>")

_MAX_AGE_S = 86_400
# Of the server's four threads one may draw, and one more may wait for it.
_drawing = threading.Lock()
_at_it = threading.BoundedSemaphore(2)


@frames.get("/poster.jpg")
def poster(slug: str) -> Response:
    """A picture that stands for the talk; 404 where there is nothing to see."""
    talk = site().directory().talk(slug)
    pictures = site().frames
    # Quickly drawn, and a page asks for twenty: each waits for its turn.
    path = pictures.kept_poster(talk)
    if path is None:
        with _drawing:
            path = pictures.poster(talk)
    return _answer(talk, path)


@frames.get("/frames/<int:at_ms>.jpg")
def frame(slug: str, at_ms: int) -> Response:
    """What is seen in the second of ``at_ms``; one beyond the end is the last."""
    talk = site().directory().talk(slug)
    pictures = site().frames
    path = pictures.kept_frame(talk, at_ms)
    if path is None:
        with _one_at_a_time():
            path = pictures.frame(talk, at_ms)
    return _answer(talk, path)


def _answer(talk: Talk, path: Path) -> Response:
    assert talk.recording is not None  # noqa: S101 - else there is no picture
    response = send_file(path, mimetype="image/jpeg", conditional=False, max_age=_MAX_AGE_S)
    # Not by the file's time, which is that of its last use.
    response.last_modified = None
    response.set_etag(f"{talk.recording.media_key[:16]}-{path.stem}")
    response.make_conditional(request)
    return response


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the only place to draw at; raises Busy where somebody waits for it already."""
    if not _at_it.acquire(blocking=False):
        raise Busy(_("Other pictures are being drawn."), advice=_("Ask again in a second."))
    try:
        with _drawing:
            yield
    finally:
        _at_it.release()
