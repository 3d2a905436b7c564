"""A session's voices, named on one page, and the session made into talks there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.corrections.speaking import name_voice
from archive.errors import UserError
from archive.plain_text import single_line
from archive.types import Speaker, Talk, Turn
from archive.voiceprints import find_or_add_speaker
from ingest.introductions import VoiceHint, voice_hints
from ingest.splitting import Keynote, keynotes_of, split_session
from web.access.forms import guard
from web.access.who import who
from web.correcting.freshness import freshness
from web.site import site

session = Blueprint("session", __name__, url_prefix="/talks/<slug>")
guard(session, editors_only=True)

_LONGEST_NAME = 120
_MOST_NAMES = 2_000
_FIELD = "voice:"


@dataclass(frozen=True, slots=True)
class SessionVoice:
    """A voice of the session; ``hint`` is whom of the programme it may be, if anything tells."""

    first: Turn
    spoken_ms: int
    turns: int
    hint: VoiceHint | None

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return f"{_FIELD}{self.first.voice}"


@dataclass(frozen=True, slots=True)
class Part:
    """A keynote, with the talk that an earlier split made of it, if one did."""

    keynote: Keynote
    speaker: Speaker | None
    talk: Talk | None


@session.get("/voices")
def page(slug: str) -> ResponseReturnValue:
    """Each voice with a field for its name, and the talks that the session can be made into."""
    talk = site().catalog.talk(slug)
    turns = site().catalog.turns(talk)
    return render_template(
        "session.html",
        talk=talk,
        voices=_voices(talk, turns),
        parts=_parts(talk, turns) if _can_be_split(talk, turns) else (),
        known=[one.name for one in site().directory().speakers[:_MOST_NAMES]],
        saved=request.args.get("saved", ""),
        freshness=freshness(),
    )


@session.post("/voices")
def name(slug: str) -> ResponseReturnValue:
    """Say who the voices are that a name was written for."""
    talk = site().catalog.talk(slug)
    voices = {turn.voice for turn in site().catalog.turns(talk)}
    given = {
        field.removeprefix(_FIELD): single_line(text, _("The name"), _LONGEST_NAME)
        for field, text in request.form.items()
        if field.startswith(_FIELD) and text.strip()
    }
    if not given:
        raise UserError(_("No name was written."), advice=_("Say who one of the voices is."))
    for voice in given:
        if voice not in voices:
            raise UserError(
                _("This talk has no voice %(voice)s any more.", voice=voice[:80]),
                advice=_("Load the page again."),
            )
    for voice, person in given.items():
        speaker = find_or_add_speaker(site().catalog, person)
        name_voice(site().catalog, talk, voice, speaker.slug, by=who().name)
    return redirect(url_for("session.page", slug=slug, saved="named"))


@session.post("/split")
def split(slug: str) -> ResponseReturnValue:
    """Make a talk of each keynote whose speaker is known."""
    talk_ids, _remarks = split_session(site().catalog, site().catalog.talk(slug))
    if not talk_ids:
        raise UserError(
            _("Of nobody who speaks at length it is known who it is."),
            advice=_("Say who the voices are, then make talks of the session."),
        )
    return redirect(url_for("session.page", slug=slug, saved="split"))


def _voices(talk: Talk, turns: Sequence[Turn]) -> list[SessionVoice]:
    """The voices, those who speak most first."""
    transcript = site().transcript(talk)
    words = transcript.words if transcript else ()
    hints = {hint.voice: hint for hint in voice_hints(talk, words, turns)}
    own: dict[str, list[Turn]] = {}
    for turn in turns:
        own.setdefault(turn.voice, []).append(turn)
    voices = [
        SessionVoice(
            first=held[0],
            spoken_ms=sum(turn.end_ms - turn.start_ms for turn in held),
            turns=len(held),
            hint=hints.get(voice),
        )
        for voice, held in own.items()
    ]
    return sorted(voices, key=lambda voice: -voice.spoken_ms)


def _can_be_split(talk: Talk, turns: Sequence[Turn]) -> bool:
    several = len({turn.voice for turn in turns}) > 1
    return several and talk.recording is not None and talk.range_ms is None


def _parts(talk: Talk, turns: Sequence[Turn]) -> list[Part]:
    directory = site().directory()
    parts = []
    for keynote in keynotes_of(turns):
        speaker = directory.speaker_of.get(keynote.speaker or "")
        held = directory.talks_of_speaker.get(speaker.slug, []) if speaker else []
        made = [one for one in held if one.range_ms and one.recording == talk.recording]
        parts.append(Part(keynote, speaker, made[0] if made else None))
    return parts
