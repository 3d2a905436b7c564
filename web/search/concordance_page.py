"""The concordance as a page and as CSV: each occurrence in a line, and who says it how often."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import TryLater
from search.answering.concordance import Concordance, Line, Order
from search.asking.query import parse
from web.asked import SearchAsked, search_asked
from web.availability import searching
from web.search.coverage import coverage_line
from web.search.search_page import chosen_filters, kept_fields, search_address, search_query
from web.shown import clock
from web.site import Directory, site

concordance = Blueprint("concordance", __name__)

LINES = 100
"""Lines on a page."""
MOST_CSV_LINES = 100_000
_CSV_LINES_AT_ONCE = 2_000
_COLUMNS = (
    "talk", "title", "event", "date", "speaker", "name", "track", "language", "start_s", "time",
    "before", "words", "after", "url",
)  # fmt: skip
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@concordance.get("/concordance")
def page() -> ResponseReturnValue:
    """The lines of ``q``, a hundred at a time, in the order ``sort``."""
    asked = search_asked(request.args, LINES)
    order = order_asked(request.args.get("sort", ""))
    directory = site().directory()
    shown = {
        "asked": asked,
        "order": order,
        "directory": directory,
        "kept": [pair for pair in kept_fields(asked) if pair[0] not in ("sort", "in")],
        "address": lambda **changed: _address("concordance.page", asked, order, **changed),
        "search_address": search_address,
    }
    if asked.is_empty:
        return render_template("concordance.html", found=None, **shown)
    try:
        found = site().concordance(asked, order)
        with searching(site().settings.home):
            lines = found.lines.read(asked.offset, LINES)
    except TryLater as error:
        answer = render_template("concordance.html", found=None, error=error, **shown)
        return make_response(answer, 503, {"Retry-After": "30"})
    return render_template(
        "concordance.html",
        found=found,
        lines=lines,
        page_lines=LINES,
        csv_address=_address("concordance.as_csv", asked, order),
        most_csv=MOST_CSV_LINES,
        coverage=coverage_line(found.coverage, filtered=bool(parse(found.understood).filters)),
        chosen=chosen_filters(
            directory,
            asked,
            lambda **changed: _address("concordance.page", asked, order, **changed),
        ),
        **shown,
    )


@concordance.get("/concordance.csv")
def as_csv() -> Response:
    """All lines, at most a hundred thousand, for spreadsheets; sent while they are read."""
    asked = search_asked(request.args)
    found = site().concordance(asked, order_asked(request.args.get("sort", "")))
    rows = _csv(found, site().directory(), request.url_root.rstrip("/"))
    # The first lines are read before the answer begins: an index that is damaged is still said.
    with searching(site().settings.home):
        first = next(rows)
    response = Response(_joined(first, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="concordance.csv"'
    return response


def order_asked(text: str) -> Order:
    """The order that an address names; the newest first where it names none."""
    return Order(text) if text in set(Order) else Order.DATE


def _csv(found: Concordance, directory: Directory, root: str) -> Iterator[str]:
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    head = "\ufeff" + _rows([_COLUMNS])
    for offset in range(0, max(1, min(len(found.lines), MOST_CSV_LINES)), _CSV_LINES_AT_ONCE):
        lines = found.lines.read(offset, _CSV_LINES_AT_ONCE)
        yield head + _rows([_row(line, directory, root) for line in lines])
        head = ""


def _joined(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _row(line: Line, directory: Directory, root: str) -> Sequence[str]:
    talk = directory.talk_of.get(line.talk)
    event = directory.event_of_talk(talk) if talk else None
    day = (talk.given_on if talk else None) or (event.starts_on if event else None)
    speaker = directory.speaker_of.get(line.speaker or "")
    return (
        line.talk,
        talk.title if talk else "",
        event.title if event else "",
        day.isoformat() if day else "",
        line.speaker or "",
        speaker.name if speaker else "",
        line.track.value,
        line.language,
        f"{line.start_ms / 1000:.3f}",
        clock(line.start_ms),
        line.left.strip(),
        line.words,
        line.right.strip(),
        root + line.url,
    )


def _rows(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([[_plain(cell) for cell in row] for row in rows])
    return written.getvalue()


def _plain(cell: str) -> str:
    """The cell as text in a spreadsheet too, which would work out ``=1+1``."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _address(
    endpoint: str, asked: SearchAsked, order: Order, **changed: str | int | tuple[str, ...] | None
) -> str:
    sort = order if order is not Order.DATE else None
    query = search_query(asked, **{"sort": sort, "limit": None, "in": None, **changed})
    return f"{url_for(endpoint)}?{query}"
