"""A reel as a page, which orders it too, and as a playlist for other players."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.errors import UserError
from web.search.reel import MOST_CLIPS, Clip, ClipWords, moved, reel_asked, seconds
from web.site import site

reel = Blueprint("reel", __name__)

_WORDS = "podium-clip-words"
_STEPS = {"up": -1, "down": 1}


@reel.get("/reel")
def page() -> ResponseReturnValue:
    """The moments ``m`` in their order; ``up``, ``down`` and ``remove`` lead to another order."""
    asked = request.args.getlist("m")
    changed = _changed(asked)
    if changed is not None:
        return redirect(_address("reel.page", changed), 303)
    found = reel_asked(asked, site().directory())
    words: ClipWords = current_app.extensions.setdefault(_WORDS, ClipWords())
    status = 400 if asked and not found.clips else 200
    return (
        render_template(
            "reel.html",
            reel=words.added_to(found, site()),
            most=MOST_CLIPS,
            address=request.url_root.rstrip("/") + _address("reel.page", found.asked),
            playlist=_address("reel.playlist", found.asked),
        ),
        status,
    )


@reel.get("/reel.m3u")
def playlist() -> Response:
    """The reel for players such as VLC and mpv; what has no recording is left out."""
    found = reel_asked(request.args.getlist("m"), site().directory())
    clips = [clip for clip in found.clips if clip.playable]
    if not clips:
        raise UserError(
            str(_("There is no moment to play in this reel.")),
            advice=str(_("Choose moments with a recording on the search page.")),
        )
    lines = ["#EXTM3U"]
    for clip in clips:
        lines += _entry(clip, request.url_root.rstrip("/"))
    response = Response("\n".join([*lines, ""]), content_type="audio/x-mpegurl; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="reel.m3u"'
    return response


def _entry(clip: Clip, root: str) -> list[str]:
    # A line is a line to the players: a title with a line break would begin another entry.
    title = " ".join(f"{', '.join(s.name for s in clip.talk.speakers)} - {clip.talk.title}".split())
    address = root + url_for("media.recording", slug=clip.talk.slug)
    return [
        f"#EXTINF:{round(clip.length_ms / 1000)},{title}",
        f"#EXTVLCOPT:start-time={seconds(clip.from_ms)}",
        f"#EXTVLCOPT:stop-time={seconds(clip.to_ms)}",
        f"{address}#{clip.fragment}",
    ]


def _changed(asked: list[str]) -> list[str] | None:
    """The order that a button asks for; None where none was pressed."""
    for name, step in _STEPS.items():
        if name in request.args:
            return moved(asked, request.args.get(name, -1, int), step)
    if "remove" in request.args:
        number = request.args.get("remove", -1, int)
        return [one for at, one in enumerate(asked) if at != number]
    return None


def _address(endpoint: str, asked: list[str]) -> str:
    """Short enough to be sent on: commas are left as they are."""
    query = urlencode([("m", one) for one in asked], safe=",")
    return url_for(endpoint) + (f"?{query}" if query else "")
