"""``podium correct``: a word that was misheard, in one talk or everywhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from archive.corrections.checked import check_all, uncheck_all
from archive.corrections.everywhere import (
    Batch,
    Occurrence,
    correct_everywhere,
    occurrences_like,
    undo_everywhere,
)
from archive.corrections.history import present_revision
from archive.corrections.saving import Correction
from archive.corrections.saving import correct as save_corrections
from archive.errors import NotFound, UserError
from archive.types import Track
from ingest.workshop import Workshop
from search.candidates import talks_that_may_hold
from web.commands.base import (
    PodiumCommand,
    advise,
    by_option,
    clock,
    opened_workshop,
    plain,
    print_json,
    time_ms,
)

_NEAR_MS = 15_000


@click.command(cls=PodiumCommand)
@click.argument("words", nargs=-1, metavar="[TALK] [WRONG RIGHT]")
@click.option("--at", metavar="TIME", help="Where in the talk: 75.4, 12:05 or 1:02:03.")
@click.option("--everywhere", is_flag=True, help="In all talks, or in those of --talk.")
@click.option("--talk", "talks", multiple=True, metavar="TALK", help="With --everywhere; repeats.")
@click.option("--match-case", is_flag=True, help="Only where it is written with the same case.")
@click.option("--english", is_flag=True, help="In the English translation.")
@click.option("--event", metavar="SLUG", help="The glossary that gets the name; else that for all.")
@click.option("--no-glossary", is_flag=True, help="No name for the glossary.")
@click.option("--undo", type=int, metavar="N", help="Take a correction of many places back.")
@click.option("--checked/--unchecked", default=None, help="All of TALK was checked, or was not.")
@click.option("--dry-run", is_flag=True, help="Show where, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def correct(
    words: tuple[str, ...],
    at: str | None,
    everywhere: bool,
    talks: tuple[str, ...],
    match_case: bool,
    english: bool,
    event: str | None,
    no_glossary: bool,
    undo: int | None,
    checked: bool | None,
    dry_run: bool,
    yes: bool,
    by: str,
    as_json: bool,
) -> None:
    """Write RIGHT where WRONG was heard; an empty RIGHT takes it away.

    WRONG is a word or phrase of TALK; where it stands there more than once, --at says which.
    """
    track = Track.ENGLISH if english else Track.ORIGINAL
    with opened_workshop() as shop:
        if undo is not None:
            _expect(words, 0, "--undo N")
            _undo(shop, undo, by)
        elif checked is not None:
            _expect(words, 1, "TALK --checked")
            _check(shop, words[0], track, checked=checked, by=by)
        elif everywhere:
            _expect(words, 2, "--everywhere WRONG RIGHT")
            found = _everywhere(shop, words[0], talks, track, match_case=match_case)
            batch = None
            if found and not dry_run:
                _confirm(found, words[1], yes=yes, as_json=as_json)
                batch = correct_everywhere(
                    shop.catalog,
                    found,
                    wrong=words[0],
                    right=words[1],
                    by=by,
                    glossary=not no_glossary,
                    event=event,
                )
                shop.index_now()
            _conclude(found, words, batch, dry_run=dry_run, as_json=as_json)
        else:
            _expect(words, 3, "TALK WRONG RIGHT")
            one = _only_one(shop, words[0], words[1], at, track, match_case=match_case)
            number = present_revision(shop.catalog, one.talk_id, track)
            if not dry_run:
                number = _save(shop, one, words[1], words[2], by)
            _tell(one, words, number, dry_run=dry_run, as_json=as_json)


def _expect(words: Sequence[str], count: int, usage: str) -> None:
    if len(words) != count:
        raise UserError(f"{len(words)} words were given.", advice=f"Write podium correct {usage}")


def _everywhere(
    shop: Workshop, wrong: str, talks: Sequence[str], track: Track, *, match_case: bool
) -> list[Occurrence]:
    wanted = talks_that_may_hold(shop.catalog, shop.index, wrong)
    if talks:
        wanted &= {shop.catalog.talk(slug).id for slug in talks}
    return occurrences_like(
        shop.catalog, wrong, talk_ids=wanted, match_case=match_case, tracks=[track]
    )


def _only_one(
    shop: Workshop, slug: str, wrong: str, at: str | None, track: Track, *, match_case: bool
) -> Occurrence:
    """The place that is meant; raises UserError where that is not clear."""
    talk = shop.catalog.talk(slug)
    found = occurrences_like(
        shop.catalog, wrong, talk_ids=[talk.id], match_case=match_case, tracks=[track]
    )
    if at is not None:
        at_ms = time_ms(at)
        found = [one for one in found if abs(one.start_ms - at_ms) <= _NEAR_MS]
        found = sorted(found, key=lambda one: abs(one.start_ms - at_ms))[:1]
    if not found:
        where = f" near {at}" if at else ""
        raise NotFound(
            f"{wrong!r} does not stand in {slug}{where}.",
            advice=f"See what does: podium export {slug} --format txt",
        )
    if len(found) > 1:
        places = ", ".join(clock(one.start_ms) for one in found[:8])
        raise UserError(
            f"{wrong!r} stands in {slug} {len(found)} times: {places}{'…' * (len(found) > 8)}.",
            advice=f"Say which with --at, or all of them: --everywhere --talk {slug}",
        )
    return found[0]


def _save(shop: Workshop, one: Occurrence, wrong: str, right: str, by: str) -> int:
    text = one.corrected(wrong, right)
    correction = Correction(one.first_word, one.end_word, one.old, text)
    number = save_corrections(
        shop.catalog, one.talk_id, [correction], revision=one.revision, by=by, track=one.track
    )
    shop.index_now([one.talk_id])
    return number


def _check(shop: Workshop, slug: str, track: Track, *, checked: bool, by: str) -> None:
    talk = shop.catalog.talk(slug)
    (check_all if checked else uncheck_all)(shop.catalog, talk.id, by=by, track=track)
    shop.index_now([talk.id])
    advise(f"{slug} is {'checked' if checked else 'not checked'} by {plain(by)} now.")


def _undo(shop: Workshop, batch_id: int, by: str) -> None:
    undone = undo_everywhere(shop.catalog, batch_id, by=by)
    shop.index_now()
    places = "1 place reads" if undone.places == 1 else f"{undone.places} places read"
    advise(f"{places} as before, and the next search knows it.")
    for kept in undone.kept:
        advise(plain(f"Not taken back: {kept.present!r}, which {kept.changed_by} changed since."))


def _confirm(found: Sequence[Occurrence], right: str, *, yes: bool, as_json: bool) -> None:
    if yes:
        return
    places = _places(found)
    if as_json or not sys.stdin.isatty():
        raise UserError(
            f"{places} would be changed.", advice="See them with --dry-run; do it with --yes."
        )
    for one in found:
        click.echo(_line(one), err=True)
    click.confirm(f"Write {plain(right)!r} at {places}?", abort=True, err=True)


def _conclude(
    found: Sequence[Occurrence],
    words: Sequence[str],
    batch: Batch | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    wrong, right = words
    if as_json:
        print_json(
            {
                "wrong": wrong,
                "right": right,
                "batch": batch.id if batch else None,
                "glossary": list(batch.glossary_added) if batch else [],
                "places": [_document(one, wrong, right) for one in found],
            }
        )
    elif dry_run:
        for one in found:
            click.echo(_line(one))
    if not found:
        advise(f"{plain(wrong)!r} stands nowhere.")
    elif batch is None:
        advise(f"{_places(found)}. Nothing was changed.")
    else:
        advise(f"{_places(found)} corrected, and the next search knows it.")
        if batch.glossary_added:
            advise(f"Later transcriptions get {plain(right)!r} as a hint.")
        advise(f"Take it back: podium correct --undo {batch.id}")


def _tell(
    one: Occurrence, words: Sequence[str], number: int, *, dry_run: bool, as_json: bool
) -> None:
    slug, wrong, right = words
    if as_json:
        revision = None if dry_run else number
        print_json({"talk": slug, "revision": revision, **_document(one, wrong, right)})
    elif dry_run:
        click.echo(_line(one))
    if dry_run:
        advise("Nothing was changed.")
        return
    advise(f"Corrected at {clock(one.start_ms)}, and the next search knows it.")
    advise(f"Take it back: podium history {slug} --undo {number}")
    advise(f"The same elsewhere: podium correct --everywhere {wrong!r} {right!r} --dry-run")


def _places(found: Sequence[Occurrence]) -> str:
    talks = len({one.talk_id for one in found})
    places = "1 place" if len(found) == 1 else f"{len(found):,} places"
    return f"{places} in {'1 talk' if talks == 1 else f'{talks} talks'}"


def _line(one: Occurrence) -> str:
    marked = click.style(plain(" ".join(one.old)), bold=True)
    around = f"{plain(one.before)} {marked} {plain(one.after)}".strip()
    return f"{one.slug}  {clock(one.start_ms):>7}  {around}"


def _document(one: Occurrence, wrong: str, right: str) -> dict[str, object]:
    return {
        "talk": one.slug,
        "track": one.track.value,
        "start_ms": one.start_ms,
        "first_word": one.first_word,
        "end_word": one.end_word,
        "before": one.before,
        "old": " ".join(one.old),
        "new": one.corrected(wrong, right),
        "after": one.after,
    }
