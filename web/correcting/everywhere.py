"""The same mistake in other places: how often it stands there, which to correct, and undo."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from archive.corrections.everywhere import (
    Batch,
    Occurrence,
    batches,
    correct_everywhere,
    occurrences_like,
    undo_everywhere,
)
from archive.corrections.saving import Correction
from archive.errors import NotFound, UserError
from archive.names import name_key
from archive.types import Track
from search.candidates import talks_that_may_hold
from web.access.forms import guard
from web.access.who import who
from web.correcting.freshness import freshness
from web.site import site

everywhere = Blueprint("everywhere", __name__, url_prefix="/corrections")
guard(everywhere, editors_only=True)

# So many fit into one form.
MOST_SHOWN = 500
# Longer phrases, and words that are shorter than this, are not offered elsewhere.
_MOST_WORDS = 5
_FEWEST_LETTERS = 4
_OUTER_MARKS = re.compile(r"^[^\w]+|[^\w]+$")


def same_mistake(corrections: Sequence[Correction]) -> tuple[str, str] | None:
    """The wrong and the right form of what was just corrected, if others may be like it."""
    for correction in corrections:
        wrong = _OUTER_MARKS.sub("", " ".join(correction.old))
        right = _OUTER_MARKS.sub("", correction.text)
        is_like_a_name = len(wrong) >= _FEWEST_LETTERS or wrong[:1].isupper()
        if not is_like_a_name or not right or len(correction.old) > _MOST_WORDS:
            continue
        if name_key(wrong) != name_key(right):
            return wrong, right
    return None


@everywhere.get("/count.json")
def count() -> ResponseReturnValue:
    """How often a wrong form stands in transcripts, in a sentence; an empty one for never."""
    wrong, right = _forms()
    found = _occurrences(wrong)
    talks = len({one.talk_id for one in found})
    text = ""
    if found:
        text = _(
            "“%(wrong)s” stands %(times)s %(talks)s",
            wrong=wrong,
            times=ngettext("once more", "%(num)s more times", len(found)),
            talks=ngettext("in %(num)s talk", "in %(num)s talks", talks),
        )
    url = url_for("everywhere.choose", wrong=wrong, right=right)
    return jsonify(places=len(found), talks=talks, text=text, url=url)


@everywhere.get("")
def choose() -> ResponseReturnValue:
    """Each place in its context, to be chosen; without a wrong form, what was corrected before."""
    wrong, right = _forms()
    if not wrong:
        return render_template("corrections.html", batches=batches(site().catalog))
    return _choice(wrong, right)


@everywhere.post("")
def save() -> ResponseReturnValue:
    """Correct the places that were chosen."""
    wrong, right = _forms()
    wanted = set(request.form.getlist("place"))
    found = [one for one in _occurrences(wrong) if one.key in wanted]
    if len(found) < len(wanted):
        raise UserError(
            _("Somebody changed some of these talks meanwhile, so nothing was corrected."),
            advice=_("Look for the places anew."),
        )
    batch = correct_everywhere(
        site().catalog,
        found,
        wrong=wrong,
        right=right,
        by=who().name,
        glossary="glossary" in request.form,
    )
    return redirect(url_for("everywhere.done", number=batch.id))


@everywhere.get("/<int:number>")
def done(number: int) -> ResponseReturnValue:
    """What was corrected at once, and the button that takes it back."""
    kept = request.args.get("kept", 0, type=int)
    return render_template("corrected.html", batch=_batch(number), kept=kept, freshness=freshness())


@everywhere.post("/<int:number>/undo")
def take_back(number: int) -> ResponseReturnValue:
    """Take all of it back, but for places that somebody changed since."""
    undone = undo_everywhere(site().catalog, number, by=who().name)
    return redirect(url_for("everywhere.done", number=number, kept=len(undone.kept)))


def _choice(wrong: str, right: str) -> ResponseReturnValue:
    found = _occurrences(wrong)
    by_talk: dict[int, list[Occurrence]] = {}
    for one in found[:MOST_SHOWN]:
        by_talk.setdefault(one.talk_id, []).append(one)
    directory = site().directory()
    groups = [(directory.talk(places[0].slug), places) for places in by_talk.values()]
    return render_template(
        "everywhere.html",
        wrong=wrong,
        right=right,
        groups=groups,
        total=len(found),
        most=MOST_SHOWN,
    )


def _occurrences(wrong: str) -> list[Occurrence]:
    catalog = site().catalog
    may_hold = talks_that_may_hold(catalog, site().index, wrong)
    return occurrences_like(catalog, wrong, talk_ids=may_hold, tracks=tuple(Track))


def _forms() -> tuple[str, str]:
    wrong, right = (request.values.get(name, "").strip() for name in ("wrong", "right"))
    return wrong, right


def _batch(number: int) -> Batch:
    found = next((one for one in batches(site().catalog) if one.id == number), None)
    if found is None:
        raise NotFound(_("There is no such correction."))
    return found
