"""Saying who speaks in a line of the transcript: on the page on which it is corrected."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.corrections.speaking import give_words, merge_turns, name_voice, split_turn
from archive.errors import UserError
from archive.plain_text import single_line
from archive.types import Talk
from archive.voiceprints import find_or_add_speaker
from web.access.forms import guard
from web.access.who import who
from web.correcting.sent_lines import Sent, sent_line
from web.site import site

turn_editing = Blueprint("turn_editing", __name__, url_prefix="/talks/<slug>")
guard(turn_editing, editors_only=True)

_LONGEST_NAME = 120


@turn_editing.post("/turn")
def say(slug: str) -> ResponseReturnValue:
    """Say who speaks: in the line, from it to the end of its turn, or wherever its voice does."""
    talk = site().catalog.talk(slug)
    sent = sent_line()
    scope = request.form.get("scope", "line")
    if scope == "join":
        _join(talk, sent)
    elif scope == "voice":
        voice = request.form.get("voice", "")
        name_voice(site().catalog, talk, voice, _named(talk, required=True) or "", by=who().name)
    elif scope == "rest":
        split_turn(
            site().catalog,
            talk,
            sent.first,
            _named(talk),
            revision=sent.revision,
            by=who().name,
        )
    else:
        give_words(
            site().catalog,
            talk,
            sent.first,
            sent.end,
            _named(talk),
            revision=sent.revision,
            by=who().name,
        )
    at = request.form.get("t", "")
    return redirect(url_for("editing.passage", slug=slug, t=at, saved=1))


def _join(talk: Talk, sent: Sent) -> None:
    if sent.first == 0:
        raise UserError(_("Nobody speaks before this line."))
    merge_turns(
        site().catalog,
        talk,
        sent.first - 1,
        sent.end,
        revision=sent.revision,
        by=who().name,
    )


def _named(talk: Talk, *, required: bool = False) -> str | None:
    """The slug of who was named, whom the archive gets to know if need be; None for nobody."""
    name = single_line(request.form.get("name", ""), _("The name"), _LONGEST_NAME)
    if not name:
        if required:
            raise UserError(_("Say who that voice is."))
        return None
    if talk.recording is None:
        raise UserError(_("This talk has no recording, so nobody's turns are known."))
    return find_or_add_speaker(site().catalog, name).slug
