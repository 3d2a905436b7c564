"""Clips: asked for here, cut by the worker, taken away here."""

from __future__ import annotations

import re
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.errors import NotFound, UserError
from archive.types import Talk
from ingest.clip_orders import ClipMoment, ClipOrder, ClipShelf, ClipState, Form
from ingest.clipping import can_burn
from web.access.same_origin import refuse_other_sites
from web.asked import span_asked
from web.presence import is_working
from web.shown import translated
from web.site import site
from web.talk.quoting import Quotation, find, quotation_asked

clips = Blueprint("clips", __name__)

MOST_MOMENTS = 50
_KEY = "<string(length=32):key>"
_MOMENT = re.compile(r"([^,]+),([0-9.]+,[0-9.]+)")


@clips.post("/talks/<slug>/clips")
def ask(slug: str) -> ResponseReturnValue:
    """Ask for a clip of the words from ``t`` (start and end in seconds), as ``form``."""
    refuse_other_sites()
    talk = site().directory().talk(slug)
    asked = quotation_asked(request.values)
    if asked is None or asked.end_ms is None:
        raise UserError(
            _("Which words are to be cut out is not said."),
            advice=_("Write when they begin and end, in seconds: t=75.42,79.10."),
        )
    moment = _moment(talk, asked)
    name = f"{talk.slug}-{moment.start_ms / 1000:.2f}-{moment.end_ms / 1000:.2f}"
    return _ordered(ClipOrder(_form([talk]), (moment,), name))


@clips.post("/clips/reel")
def reel() -> ResponseReturnValue:
    """Ask for several moments as one film: ``m`` is repeated, each ``talk,start,end``."""
    refuse_other_sites()
    asked = request.values.getlist("m")
    if not 0 < len(asked) <= MOST_MOMENTS:
        raise UserError(_("A reel has between 1 and %(most)s moments.", most=MOST_MOMENTS))
    talks: list[Talk] = []
    moments: list[ClipMoment] = []
    for text in asked:
        match = _MOMENT.fullmatch(text)
        span = span_asked(match[2]) if match else None
        if match is None or span is None or span[1] is None:
            raise UserError(
                _("%(text)s is no moment.", text=text[:80]), advice=_("Write talk,75.42,79.10.")
            )
        talks.append(site().directory().talk(match[1]))
        moments.append(_moment(talks[-1], Quotation(*span)))
    return _ordered(ClipOrder(_form(talks), tuple(moments), f"reel-{talks[0].slug}-{len(talks)}"))


@clips.get(f"/clips/{_KEY}")
def status(key: str) -> ResponseReturnValue:
    """How far a clip is, as a page that follows it, with and without scripts."""
    document = clip_document(key)
    return render_template("clip.html", clip=document)


@clips.get(f"/clips/{_KEY}.json")
def progress(key: str) -> Response:
    """The same for scripts: what ``clip_document`` says."""
    return jsonify(clip_document(key))


@clips.get(f"/clips/{_KEY}/<name>")
def file(key: str, name: str) -> Response:
    """The clip itself. Its name in the address is for whoever keeps the file."""
    found = _shelf().find(key)
    if found is None:
        raise NotFound(_("This clip is not here any more."), advice=_("Ask for it again."))
    path, order = found
    for moment in order.moments:
        # Raises NotFound: what was removed is not given out, also where its clip was left.
        site().catalog.talk_by_id(moment.talk_id)
    response = send_file(
        path,
        mimetype="audio/mp4" if order.suffix == ".m4a" else "video/mp4",
        as_attachment=True,
        download_name=f"{order.name}{order.suffix}",
        conditional=True,
        etag=key,
        max_age=3600,
    )
    response.last_modified = None
    return response


def clip_document(key: str) -> dict[str, Any]:
    """Where a clip stands: ``state`` is waiting, cutting, done or failed; raises NotFound.

    ``share`` is 0 to 1, ``before`` how many are cut first, ``worker`` whether one is there to cut,
    ``url`` where the clip is, null until it is done.
    """
    shelf = _shelf()
    now = shelf.status(key)
    if now.state is ClipState.UNKNOWN:
        raise NotFound(_("There is no such clip."), advice=_("Ask for it on the page of its talk."))
    made = shelf.find(key) if now.state is ClipState.DONE else None
    name = f"{made[1].name}{made[1].suffix}" if made else None
    return {
        "key": key,
        "state": now.state.value,
        "share": round(now.share, 3),
        "before": now.before,
        "reason": translated(now.reason) or None,
        "worker": is_working(site().settings.home),
        "status_url": url_for("clips.progress", key=key),
        "page_url": url_for("clips.status", key=key),
        "name": name,
        "url": url_for("clips.file", key=key, name=name) if name else None,
    }


def clip_forms(talk: Talk) -> tuple[Form, ...]:
    """The forms in which a clip of a talk can be had here."""
    if talk.recording is None:
        return ()
    if not talk.recording.width:
        return (Form.SOUND,)
    return (Form.FILM, Form.BURNED, Form.SOUND) if can_burn() else (Form.FILM, Form.SOUND)


def longest_ms() -> int:
    """How long a clip may be."""
    return round(site().settings.clip_longest_s * 1000)


def _ordered(order: ClipOrder) -> ResponseReturnValue:
    if order.duration_ms > longest_ms():
        raise UserError(
            _(
                "That would be %(seconds)s s; a clip has at most %(most)s.",
                seconds=order.duration_ms // 1000,
                most=longest_ms() // 1000,
            ),
            advice=_("Choose fewer words."),
        )
    _shelf().ask(order)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(clip_document(order.key)), 202
    return redirect(url_for("clips.status", key=order.key), 303)


def _moment(talk: Talk, asked: Quotation) -> ClipMoment:
    """The words that are asked for, as times of the talk's recording."""
    if talk.recording is None:
        raise NotFound(_("This talk has no recording to cut."), advice=_("Its page says why."))
    transcript = site().transcript(talk)
    passage = find(transcript.words, asked) if transcript else None
    if transcript is None or passage is None:
        raise NotFound(_("Nothing is said there."), advice=_("Choose words of the transcript."))
    words = transcript.words[passage.first : passage.end]
    first_ms, last_ms = talk.range_ms or (0, talk.recording.duration_ms)
    start_ms = min(max(words[0].start_ms, first_ms), last_ms)
    end_ms = min(words[-1].end_ms, last_ms)
    if end_ms <= start_ms:
        raise UserError(_("These words lie outside the recording."))
    return ClipMoment(talk.id, talk.revision, start_ms, end_ms)


def _form(talks: list[Talk]) -> Form:
    """The form that is asked for, where it can be had; a film where there is one, else sound."""
    seen = any(talk.recording and talk.recording.width for talk in talks)
    asked = request.values.get("form", "")
    if asked == Form.SOUND or not seen:
        return Form.SOUND
    return Form.BURNED if asked == Form.BURNED and can_burn() else Form.FILM


def _shelf() -> ClipShelf:
    return ClipShelf(site().settings)
