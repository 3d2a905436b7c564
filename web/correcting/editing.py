"""Correcting what was said: a line of the transcript as a page with a form, and for scripts.

With ``track=english`` in the address it is the translation that is corrected.

Both send the words of a line, the revision that they were read at, and what should stand there.
What others changed meanwhile is merged where it is of other words, and shown where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import Blueprint, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive.corrections.checked import (
    check_all,
    check_passage,
    uncheck_all,
    uncheck_passage,
    words_between,
)
from archive.corrections.history import words_at
from archive.corrections.present import Present, present
from archive.corrections.saving import correct
from archive.errors import EditConflict, NotFound, UserError
from archive.types import Talk, Track, Word, join_words
from web.access.forms import form_token, guard, wants_json
from web.access.who import who
from web.asked import naming_track, time_asked, track_asked
from web.correcting.everywhere import same_mistake
from web.correcting.freshness import freshness
from web.correcting.sent_lines import Conflict, Sent, conflict_of, sent_line
from web.shown import instant_text
from web.site import site
from web.talk.passages import (
    Line,
    begins_beside,
    corrections_of,
    line_at,
    lines_of,
    seconds_of,
)

editing = Blueprint("editing", __name__, url_prefix="/talks/<slug>")
guard(editing, editors_only=True)

# Names that a browser offers to choose from.
_MOST_NAMES = 2_000


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, in its language."""

    text: str
    language: str


@editing.get("/editing.json")
def lines(slug: str) -> ResponseReturnValue:
    """The lines of the talk's page for its script: words, revision, and the token to send.

    ``lines`` are the numbers of the words that open one, ``seconds`` their times as in addresses.
    Of the translation, ``lines`` are the words that open what stands beside each line.
    """
    talk = site().catalog.talk(slug)
    shown = shown_of(talk)
    rows = _rows(talk, shown)
    begins = [line.first for line in rows]
    if track_asked(request.args) is Track.ENGLISH:
        shown = shown_of(talk, Track.ENGLISH)
        begins = begins_beside(rows, shown.transcript.segments)
    answer = jsonify(
        revision=shown.revision,
        form_token=form_token(),
        words=[(" " if w.space_before else "") + w.text for w in shown.transcript.words],
        lines=begins,
        seconds=[line.at for line in rows],
        checked=[[part.first_word, part.end_word] for part in shown.passages],
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@editing.get("/edit")
def passage(slug: str) -> ResponseReturnValue:
    """One line with a form, what stands around it, and the recording at its second."""
    talk = site().catalog.talk(slug)
    shown = shown_of(talk, track_asked(request.args))
    rows = _rows(talk, shown)
    number = line_at(rows, time_asked(request.args.get("t", "")) or 0)
    line = rows[number]
    sent = Sent(line.first, line.end, shown.revision, line.text)
    return _page(talk, shown, rows, number, sent)


@editing.post("/edit")
def save(slug: str) -> ResponseReturnValue:
    """Correct a line."""
    talk, track = site().catalog.talk(slug), track_asked(request.args)
    sent = sent_line()
    words = words_at(site().catalog, talk.id, sent.revision, track)
    if not 0 <= sent.first <= sent.end <= len(words):
        raise UserError(_("This line is not there."), advice=_("Load the page again."))
    if not sent.text.strip() and "remove" not in request.form:
        raise UserError(
            _("The field is empty, so nothing was saved."),
            advice=_("To take the words away, say so beside it."),
        )
    try:
        corrections = corrections_of(words, sent.first, sent.end, sent.text)
        if corrections:
            correct(
                site().catalog,
                talk.id,
                corrections,
                revision=sent.revision,
                by=who().name,
                track=track,
            )
    except EditConflict as error:
        return _refused(talk, sent, conflict_of(talk, track, sent, error), track)
    if "checked" in request.form:
        _check_line(talk, track, words[sent.first : sent.end])
    changed = bool(corrections)
    wrong, right = same_mistake(corrections) or ("", "")
    if wants_json():
        others = url_for("everywhere.count", wrong=wrong, right=right) if wrong else None
        return jsonify(changed=changed, others=others)
    return redirect(
        url_for(
            "editing.passage",
            slug=slug,
            t=at_word(words, sent.first),
            saved=int(changed),
            wrong=wrong or None,
            right=right or None,
            **naming_track(track),
        )
    )


@editing.post("/checked")
def check(slug: str) -> ResponseReturnValue:
    """Mark a line, or the whole transcript, as checked, or take the mark away."""
    talk, track = site().catalog.talk(slug), track_asked(request.args)
    catalog, by = site().catalog, who().name
    is_checked = request.form.get("checked") == "1"
    if request.form.get("what") == "all":
        (check_all if is_checked else uncheck_all)(catalog, talk.id, by=by, track=track)
    else:
        sent = sent_line()
        mark = check_passage if is_checked else uncheck_passage
        mark(catalog, talk.id, sent.first, sent.end, revision=sent.revision, by=by, track=track)
    if wants_json():
        return jsonify(checked=is_checked)
    at = request.form.get("t", "")
    return redirect(url_for("editing.passage", slug=slug, t=at, saved=1, **naming_track(track)))


def _check_line(talk: Talk, track: Track, before: Sequence[Word]) -> None:
    """Mark what stands now where those words stood as checked."""
    now = shown_of(talk, track)
    if not before:
        return
    first, end = words_between(now.transcript.words, before[0].start_ms, before[-1].end_ms)
    if first < end:
        check_passage(
            site().catalog,
            talk.id,
            first,
            end,
            revision=now.revision,
            by=who().name,
            track=track,
        )


def shown_of(talk: Talk, track: Track = Track.ORIGINAL) -> Present:
    """The transcript that is corrected; raises NotFound where there is none with words."""
    shown = present(site().catalog, talk.id, track)
    if shown is None or not shown.transcript.words:
        raise NotFound(
            _("This talk has no transcript that could be corrected."),
            advice=_("Its page says how far it is."),
        )
    return shown


def _rows(talk: Talk, shown: Present) -> list[Line]:
    """The lines of a track; the times of a translation are too vague to be parted by who speaks."""
    original = shown.transcript.track is Track.ORIGINAL
    return lines_of(shown.transcript.segments, site().catalog.turns(talk) if original else ())


def at_word(words: Sequence[Word], number: int) -> str:
    """The second, for an address, at which a word is said; of the last one behind all of them."""
    return seconds_of(words[min(number, len(words) - 1)].start_ms)


def _refused(talk: Talk, sent: Sent, conflict: Conflict, track: Track) -> ResponseReturnValue:
    if wants_json():
        answer = jsonify(
            error={
                "message": _(
                    "%(name)s changed these words meanwhile (%(when)s); nothing was overwritten.",
                    name=conflict.who,
                    when=instant_text(conflict.when),
                ),
                "advice": "",
            },
            conflict=asdict(conflict),
        )
        answer.status_code = 409
        return answer
    shown = shown_of(talk, track)
    rows = _rows(talk, shown)
    number = max(n for n, line in enumerate(rows) if n == 0 or line.first <= conflict.first)
    mine = Sent(conflict.first, conflict.end, conflict.revision, sent.text)
    return _page(talk, shown, rows, number, mine, conflict, status=409)


def _page(
    talk: Talk,
    shown: Present,
    rows: list[Line],
    number: int,
    sent: Sent,
    conflict: Conflict | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    line = rows[number]
    checked = any(
        part.first_word <= line.first and line.end <= part.end_word for part in shown.passages
    )
    page = render_template(
        "edit_passage.html",
        talk=talk,
        transcript=shown.transcript,
        in_track=naming_track(shown.transcript.track),
        heard=_heard(talk, line) if shown.transcript.track is Track.ENGLISH else None,
        revision=shown.revision,
        line=line,
        before=rows[max(number - 2, 0) : number],
        after=rows[number + 1 : number + 3],
        sent=sent,
        conflict=conflict,
        checked=checked,
        saved=request.args.get("saved", type=int),
        wrong=request.args.get("wrong", ""),
        right=request.args.get("right", ""),
        speakers=[one.name for one in site().directory().speakers[:_MOST_NAMES]],
        freshness=freshness(),
    )
    return make_response(page, status)


def _heard(talk: Talk, line: Line) -> Heard:
    """What the original has over the time of a line of its translation."""
    shown = present(site().catalog, talk.id)
    if shown is None:
        return Heard("", "")
    words = shown.transcript.words
    first, end = words_between(words, line.start_ms, line.end_ms)
    return Heard(join_words(words[first:end]), shown.transcript.language)
