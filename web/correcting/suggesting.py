"""What readers suggest, and the page on which editors decide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flask import (
    Blueprint,
    Flask,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.corrections.present import Present, present
from archive.errors import NotFound, PodiumError, UserError
from archive.suggestions import (
    ACCEPTED,
    DECLINED,
    Suggestion,
    count_open,
    open_suggestions,
    place_of,
    suggest,
    suggestion,
)
from archive.suggestions import accept as accept_suggestion
from archive.suggestions import decline as decline_suggestion
from archive.types import Talk, Word, join_words
from web.access.forms import given_back, guard, wants_json
from web.access.pauses import Pauses, network_of
from web.access.who import who
from web.asked import time_asked
from web.correcting.editing import shown_of
from web.correcting.freshness import freshness
from web.correcting.sent_lines import sent_line
from web.site import site
from web.talk.passages import changed_span, line_at, lines_of, seconds_of

suggesting = Blueprint("suggesting", __name__, url_prefix="/talks/<slug>")
guard(suggesting)
queue = Blueprint("suggestions", __name__, url_prefix="/suggestions")
guard(queue, editors_only=True)

_PAUSES = "podium-suggesting-pauses"
# Words of context before and behind a suggestion on the page of the queue.
_AROUND = 12


def register(app: Flask) -> None:
    """Let templates say how many suggestions wait."""
    app.jinja_env.globals["suggestions_waiting"] = _waiting_now


@suggesting.get("/suggest")
def form(slug: str) -> ResponseReturnValue:
    """A line with a form, for readers."""
    talk = site().catalog.talk(slug)
    if who().may_correct:
        return redirect(url_for("editing.passage", slug=slug, t=request.args.get("t")))
    shown = shown_of(talk)
    rows = lines_of(shown.transcript.segments, site().catalog.turns(talk))
    number = line_at(rows, time_asked(request.args.get("t", "")) or 0)
    return render_template(
        "suggest.html",
        talk=talk,
        transcript=shown.transcript,
        revision=shown.revision,
        line=rows[number],
        before=rows[max(number - 1, 0) : number],
        after=rows[number + 1 : number + 2],
        thanks="thanks" in request.args,
    )


@suggesting.post("/suggest")
def keep(slug: str) -> ResponseReturnValue:
    """Keep what a reader suggests for a line."""
    talk = site().catalog.talk(slug)
    place = network_of(request.remote_addr)
    if (left_s := _pauses().left_s(place)) > 0:
        seconds = math.ceil(left_s)
        answer = given_back(
            429,
            _("That is many suggestions in a short time."),
            _("Send this one again in %(seconds)s s.", seconds=seconds),
        )
        answer.headers["Retry-After"] = str(seconds)
        return answer
    sent = sent_line()
    shown = shown_of(talk)
    words = shown.transcript.words
    if sent.revision != shown.revision and join_words(
        list(words[sent.first : sent.end])
    ) != request.form.get("was", ""):
        raise UserError(
            _("Somebody corrected this line meanwhile."),
            advice=_("Look at the talk's page, and suggest again what is still wrong."),
        )
    if not 0 <= sent.first < sent.end <= len(words):
        raise UserError(_("This line is not there."), advice=_("Load the page again."))
    span = changed_span(words, sent.first, sent.end, sent.text)
    if span is None:
        raise UserError(_("Nothing is different."), advice=_("Change the words that are wrong."))
    first, end, text = span
    suggest(
        site().catalog,
        talk.id,
        words[first:end],
        text,
        name=request.form.get("name", ""),
        remark=request.form.get("remark", ""),
    )
    _pauses().count(place)
    return redirect(url_for("suggesting.form", slug=slug, t=request.form.get("t"), thanks=1))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suggestion as the queue shows it: with what stands around it now.

    ``at`` is its second; ``stands`` is False for a stale one, whose words somebody changed.
    """

    kept: Suggestion
    before: str
    now: str
    after: str
    at: str
    stands: bool
    plays: bool
    language: str


@queue.get("")
def page() -> ResponseReturnValue:
    """All suggestions that wait, the oldest first."""
    done = request.args.get("done", "")
    return render_template(
        "suggestions.html",
        waiting=_waiting(open_suggestions(site().catalog)),
        done=done if done in (ACCEPTED, DECLINED) else "",
        freshness=freshness(),
    )


@queue.post("/<int:number>/accept")
def accept(number: int) -> ResponseReturnValue:
    """Correct the words as suggested, or as the editor changed the suggestion."""
    kept = suggestion(site().catalog, number)
    text = request.form.get("text", kept.text).strip()
    note = _("suggested by %(name)s", name=kept.name) if kept.name else _("suggested by a reader")
    if text != kept.text:
        note = f"{note}: {kept.text}"
    accept_suggestion(site().catalog, kept, text, by=who().name, note=note)
    return _decided(ACCEPTED)


@queue.post("/<int:number>/decline")
def decline(number: int) -> ResponseReturnValue:
    """Leave the words as they are."""
    decline_suggestion(site().catalog, suggestion(site().catalog, number), by=who().name)
    return _decided(DECLINED)


def _waiting_now() -> int:
    """How many wait; 0 while the catalog cannot be read, whose error page asks too."""
    try:
        return count_open(site().catalog)
    except PodiumError:
        return 0


def _decided(state: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(state=state, left=count_open(site().catalog))
    return redirect(url_for("suggestions.page", done=state))


def _pauses() -> Pauses:
    """Ten suggestions from one place are taken at once; then the pauses grow."""
    kept: Pauses = current_app.extensions.setdefault(_PAUSES, Pauses(free=10, longest_s=600))
    return kept


def _waiting(kept: Sequence[Suggestion]) -> list[Waiting]:
    talks: dict[str, tuple[Talk, Present | None]] = {}
    found = []
    for one in kept:
        if one.talk not in talks:
            try:
                talk = site().catalog.talk(one.talk)
            except NotFound:
                continue
            talks[one.talk] = (talk, present(site().catalog, talk.id))
        found.append(_shown(one, *talks[one.talk]))
    return found


def _shown(kept: Suggestion, talk: Talk, shown: Present | None) -> Waiting:
    words: Sequence[Word] = shown.transcript.words if shown else ()
    place = place_of(kept, words)
    first, end = place or _near(kept, words)
    return Waiting(
        kept=kept,
        before=join_words(list(words[max(first - _AROUND, 0) : first])),
        now=join_words(list(words[first:end])),
        after=join_words(list(words[end : end + _AROUND])),
        at=seconds_of(kept.start_ms),
        stands=place is not None,
        plays=talk.recording is not None,
        language=shown.transcript.language if shown else "",
    )


def _near(kept: Suggestion, words: Sequence[Word]) -> tuple[int, int]:
    """What stands now where a stale suggestion was."""
    inside = [
        number
        for number, word in enumerate(words)
        if word.end_ms > kept.start_ms and word.start_ms < kept.end_ms
    ]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
