"""How much of the archive a search has looked through, in one quiet line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from archive.types import State
from search.asking.query import parse
from search.results import Coverage, MissingTalk, Results
from web.shown import number, translated


def answer_line(results: Results) -> str:
    """What was searched for an answer; one without any hit says so as well."""
    line = coverage_line if _found(results) else nothing_line
    return line(results.coverage, filtered=bool(parse(results.understood).filters))


def coverage_line(coverage: Coverage, *, filtered: bool = False) -> str:
    """``Searched 8 of 9 talks; 1 waits for a recording.`` Waiting is kept apart from failed.

    ``filtered`` says that only talks that filters left are counted.
    """
    if coverage.talks == 0:
        return _no_talks(filtered)
    searched = _("Searched %(talks)s", talks=_searched(coverage, filtered))
    return _sentence(searched, coverage)


def nothing_line(coverage: Coverage, *, filtered: bool = False) -> str:
    """The same for an empty answer: ``0 hits in 8 of 9 talks; 1 waits for a recording.``"""
    if coverage.talks == 0:
        return _no_talks(filtered)
    return _sentence(_("0 hits in %(talks)s", talks=_searched(coverage, filtered)), coverage)


def missing_reason(missing: MissingTalk) -> str:
    """Why what was said in a talk could not be searched."""
    match missing.state:
        case State.WAITING:
            return str(_("waits for a recording"))
        case State.READY:
            # One that is ready and still missing is one that the index does not hold.
            return str(_("not indexed yet"))
        case _:
            return translated(missing.reason) or missing.state.value


def _found(results: Results) -> bool:
    return results.totals.talks + results.totals.talks_partial > 0


def _no_talks(filtered: bool) -> str:
    if filtered:
        return str(_("The filters leave no talk to search."))
    return str(_("There are no talks here to search."))


def _sentence(line: str, coverage: Coverage) -> str:
    left_out = ", ".join(_left_out(coverage))
    return f"{line}; {left_out}." if left_out else f"{line}."


def _searched(coverage: Coverage, filtered: bool) -> str:
    talks = coverage.talks
    counts = {"some": number(coverage.searchable), "all": number(talks)}
    if coverage.searchable < talks:
        line = (
            ngettext(
                "%(some)s of %(all)s talk that the filters leave",
                "%(some)s of %(all)s talks that the filters leave",
                talks,
                **counts,
            )
            if filtered
            else ngettext("%(some)s of %(all)s talk", "%(some)s of %(all)s talks", talks, **counts)
        )
    elif filtered:
        line = ngettext(
            "the one talk that the filters leave",
            "all %(all)s talks that the filters leave",
            talks,
            **counts,
        )
    else:
        line = ngettext("the one talk", "all %(all)s talks", talks, **counts)
    return str(line)


def _left_out(coverage: Coverage) -> Iterator[str]:
    states = Counter(missing.state for missing in coverage.missing)
    if count := states[State.WAITING]:
        yield ngettext(
            "%(count)s waits for a recording",
            "%(count)s wait for a recording",
            count,
            count=number(count),
        )
    if count := states[State.FETCH]:
        yield ngettext(
            "%(count)s is not fetched yet",
            "%(count)s are not fetched yet",
            count,
            count=number(count),
        )
    if count := states[State.TRANSCRIBE]:
        yield ngettext(
            "%(count)s is not transcribed yet",
            "%(count)s are not transcribed yet",
            count,
            count=number(count),
        )
    if count := states[State.INDEX] + states[State.READY]:
        yield ngettext(
            "%(count)s is not indexed yet",
            "%(count)s are not indexed yet",
            count,
            count=number(count),
        )
    if count := len(coverage.partial):
        yield _("%(count)s searched as far as transcribed", count=number(count))
    if count := states[State.FAILED]:
        yield _("%(count)s failed", count=number(count))
