"""What the player loads: the recording in byte ranges, its captions, the times of its words."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, jsonify, request, send_file
from flask_babel import gettext as _
from werkzeug.wsgi import wrap_file

from archive.errors import NotFound
from archive.segments import ends_sentence
from archive.turns import by_speaker
from archive.types import Segment, Talk, Transcript, Turn, Word
from transcribe.captions import write_vtt
from web.caching import as_of_revision
from web.site import site

media = Blueprint("media", __name__, url_prefix="/talks/<slug>")

_PLAYABLE = ("video/", "audio/")


@media.get("/media")
def recording(slug: str) -> Response:
    """The talk's recording, whole or in the byte range that is asked for.

    The path comes from the catalog; nothing of the address reaches the file system.
    """
    found = site().directory().talk(slug).recording
    if found is None:
        raise NotFound(
            _("This talk has no recording."), advice=_("Its page says how to bring one.")
        )
    if not Path(found.path).is_file():
        raise NotFound(
            _("The file of this recording is gone."),
            advice=_("`podium check` says what is missing."),
        )
    known = found.mime_type.startswith(_PLAYABLE)
    response = send_file(
        found.path,
        mimetype=found.mime_type if known else "application/octet-stream",
        conditional=True,
        # A linked file may change under its name: then its own time and size tell.
        etag=True if found.linked else found.media_key,
    )
    if response.status_code == 206 and "wsgi.file_wrapper" in request.environ:
        _hand_over(response, found.path)
    return response


@media.get("/captions.vtt")
def captions(slug: str) -> Response:
    """The words that were spoken, as WebVTT for the player."""
    talk = site().directory().talk(slug)
    parts = _by_speaker(talk)
    several = len({turn.voice for _segment, turn in parts if turn}) > 1
    names = {segment: turn.shown_name for segment, turn in parts if turn and several}
    text = write_vtt([segment for segment, _ in parts], names.get)
    return as_of_revision(Response(text, content_type="text/vtt; charset=utf-8"), talk)


@media.get("/translation.vtt")
def translation(slug: str) -> Response:
    """The English translation by a machine, as WebVTT for the player."""
    talk = site().directory().talk(slug)
    found = site().translation(talk)
    if found is None:
        raise NotFound(_("This talk is not translated."), advice=_("Its page shows what was said."))
    text = write_vtt(found.segments)
    return as_of_revision(Response(text, content_type="text/vtt; charset=utf-8"), talk)


@media.get("/chapters.vtt")
def chapters(slug: str) -> Response:
    """The talk's chapters, as WebVTT for the player."""
    talk = site().directory().talk(slug)
    ends_ms = [chapter.start_ms for chapter in talk.chapters[1:]]
    ends_ms.append(talk.recording.duration_ms if talk.recording else 0)
    segments = [
        Segment(part.start_ms, end_ms, (Word(part.title, False, part.start_ms, end_ms),))
        for part, end_ms in zip(talk.chapters, ends_ms, strict=False)
        if end_ms > part.start_ms
    ]
    text = write_vtt(segments)
    return as_of_revision(Response(text, content_type="text/vtt; charset=utf-8"), talk)


@media.get("/words.json")
def words(slug: str) -> Response:
    """When each word was spoken, for the transcript on the talk's page.

    ``words`` are their texts, with a blank in front where one is written; ``starts_ms`` when each
    begins; ``sure_percent`` how sure the engine was of it; ``segments`` and ``sentences`` the
    numbers of the words that open one.
    """
    talk = site().directory().talk(slug)
    texts: list[str] = []
    starts_ms: list[int] = []
    sure_percent: list[int] = []
    segments: list[int] = []
    sentences: list[int] = []
    ended = True
    # The segments are those that the page shows as lines.
    for segment, _turn in _by_speaker(talk):
        segments.append(len(texts))
        for word in segment.words:
            if ended:
                sentences.append(len(texts))
            texts.append(f" {word.text}" if word.space_before else word.text)
            starts_ms.append(word.start_ms)
            sure_percent.append(round(word.probability * 100))
            ended = ends_sentence(word.text)
    document = jsonify(
        words=texts,
        starts_ms=starts_ms,
        sure_percent=sure_percent,
        segments=segments,
        sentences=sentences,
    )
    return as_of_revision(document, talk)


def _hand_over(response: Response, path: str) -> None:
    """Give the server the open file in place of an iterator over its part.

    The server then sends as many bytes as Content-Length says whenever the reader takes them. An
    iterator would hold one of its threads for as long as somebody watches, and few watching
    would stop the whole site.
    """
    response.close()
    file = Path(path).open("rb")  # noqa: SIM115 - the server closes it when all is sent
    file.seek(response.content_range.start or 0)
    response.response = wrap_file(request.environ, file)


def _by_speaker(talk: Talk) -> list[tuple[Segment, Turn | None]]:
    return by_speaker(_original(talk).segments, site().catalog.turns(talk))


def _original(talk: Talk) -> Transcript:
    transcript = site().transcript(talk)
    if transcript is None:
        raise NotFound(_("This talk has no transcript yet."), advice=_("Its page says why."))
    return transcript
