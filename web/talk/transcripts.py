"""A talk's transcript by itself: the parts of it that a page adds, and files to take away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, json, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.errors import NotFound
from archive.turns import by_speaker
from archive.types import Segment, Talk, Track, Transcript
from transcribe.captions import write_srt, write_txt, write_vtt
from web.asked import number_asked, track_asked
from web.caching import as_of_revision
from web.documents import transcript_document
from web.site import site
from web.talk.markdown import write_markdown
from web.talk.speaker_band import speaker_band
from web.talk.talk_lines import part_of

transcripts = Blueprint("transcripts", __name__, url_prefix="/talks/<slug>")

FORMS = {
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "txt": "text/plain",
    "md": "text/markdown",
    "json": "application/json",
}
"""The formats of a transcript by their suffix, with their MIME types."""
TURNS_PER_PAGE = 300
_WRITERS: dict[str, Callable[..., str]] = {"vtt": write_vtt, "srt": write_srt, "txt": write_txt}


@transcripts.get("/lines/<int:part>")
def lines(slug: str, part: int) -> Response:
    """One part of a long transcript as HTML, for the page that shows another part of it."""
    talk = site().directory().talk(slug)
    transcript = _of_track(talk, Track.ORIGINAL)
    beside = site().translation(talk) if "beside" in request.args else None
    turns = site().catalog.turns(talk)
    found = part_of(talk, transcript, turns, number=part, translation=beside)
    if found is None or found.number != part:
        raise NotFound(_("The transcript has no such part."), advice=_("Load the page again."))
    return as_of_revision(Response(render_template("talk/lines.html", part=found, talk=talk)), talk)


@transcripts.get("/transcript.<any(vtt, srt, txt, md, json):form>")
def download(slug: str, form: str) -> Response:
    """The transcript as a file; ``?track=english`` is its translation by a machine."""
    talk = site().directory().talk(slug)
    track = track_asked(request.args)
    transcript = _of_track(talk, track)
    text = written(talk, transcript, form, page=request.host_url.rstrip("/"))
    response = Response(text, content_type=f"{FORMS[form]}; charset=utf-8")
    suffix = "-english" if track is Track.ENGLISH else ""
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{talk.slug}{suffix}.{form}"
    )
    return as_of_revision(response, talk)


@transcripts.get("/turns")
def turns(slug: str) -> ResponseReturnValue:
    """Who spoke when as a table, where there are too many turns for the talk's own page."""
    talk = site().directory().talk(slug)
    band = speaker_band(talk, site().catalog.turns(talk))
    if band is None:
        raise NotFound(_("Nobody told the voices of this talk apart."))
    pages = -(-len(band.bars) // TURNS_PER_PAGE)
    number = min(pages, number_asked(request.args, "page"))
    bars = band.bars[(number - 1) * TURNS_PER_PAGE : number * TURNS_PER_PAGE]
    return render_template("turns.html", talk=talk, bars=bars, number=number, pages=pages)


def written(talk: Talk, transcript: Transcript, form: str, *, page: str) -> str:
    """The transcript in one of FORMS; ``page`` is the site's address, for links."""
    turns = site().catalog.turns(talk)
    if form == "json":
        return json.dumps(transcript_document(talk, transcript, turns), ensure_ascii=False)
    parts = by_speaker(transcript.segments, turns)
    if form == "md":
        event = site().directory().event_of_talk(talk)
        return write_markdown(talk, event, transcript, parts, page=page)
    names: dict[Segment, Any] = {segment: turn.shown_name for segment, turn in parts if turn}
    return _WRITERS[form]([segment for segment, _turn in parts], names.get)


def _of_track(talk: Talk, track: Track) -> Transcript:
    found = site().transcript(talk) if track is Track.ORIGINAL else site().translation(talk)
    if found is None and track is Track.ENGLISH:
        raise NotFound(_("This talk is not translated."), advice=_("Its page shows what was said."))
    if found is None:
        raise NotFound(_("This talk has no transcript yet."), advice=_("Its page says why."))
    return found
