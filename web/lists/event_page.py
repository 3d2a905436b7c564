"""What is shown of an event: its programme in pages, and where its talks stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import ngettext

from archive.types import Event, State, Status, Talk
from web.lists.paging import Page, page_of
from web.shown import number
from web.site import Directory

TALKS_PER_PAGE = 50
EVENTS_PER_PAGE = 50
_SINGLE_TALKS = 12


@dataclass(frozen=True, slots=True)
class EventPage:
    """``states`` are pairs of a state and a sentence's part: ``3 wait for their recordings``."""

    event: Event
    talks: Page[Talk]
    states: Sequence[tuple[State, str]]


def event_page(event: Event, talks: Sequence[Talk], statuses: Mapping[int, Status]) -> EventPage:
    """The part of an event's programme that the request asks for."""
    return EventPage(event, page_of(talks, TALKS_PER_PAGE), states_of(talks, statuses))


@dataclass(frozen=True, slots=True)
class EventsPage:
    """A part of the list of events, each with its talks and states, and the newest single talks.

    ``single_total`` counts all talks that belong to no event.
    """

    events: Page[Event]
    states: Mapping[str, Sequence[tuple[State, str]]]
    single: Sequence[Talk]
    single_total: int


def events_page(directory: Directory) -> EventsPage:
    """The part of the list of events that the request asks for."""
    page = page_of(directory.events, EVENTS_PER_PAGE)
    single = [talk for talk in directory.talks if talk.event is None]
    states = {
        event.slug: states_of(directory.talks_of_event.get(event.slug, []), directory.statuses)
        for event in page.items
    }
    newest = single[::-1][:_SINGLE_TALKS] if page.number == page.last else []
    return EventsPage(page, states, newest, len(single))


def states_of(talks: Sequence[Talk], statuses: Mapping[int, Status]) -> list[tuple[State, str]]:
    """How many of the talks can be searched, wait, are in work or failed."""
    counts = Counter(statuses[talk.id].state for talk in talks)
    in_work = counts[State.FETCH] + counts[State.TRANSCRIBE] + counts[State.INDEX]
    amounts = (
        (State.READY, counts[State.READY]),
        (State.TRANSCRIBE, in_work),
        (State.WAITING, counts[State.WAITING]),
        (State.FAILED, counts[State.FAILED]),
    )
    return [(state, _said(state, amount)) for state, amount in amounts if amount]


def _said(state: State, amount: int) -> str:
    shown = number(amount)
    match state:
        case State.READY:
            text = ngettext("%(amount)s is ready", "%(amount)s are ready", amount, amount=shown)
        case State.WAITING:
            text = ngettext(
                "%(amount)s waits for its recording",
                "%(amount)s wait for their recordings",
                amount,
                amount=shown,
            )
        case State.FAILED:
            text = ngettext("%(amount)s failed", "%(amount)s failed", amount, amount=shown)
        case _:
            text = ngettext(
                "%(amount)s is not finished", "%(amount)s are not finished", amount, amount=shown
            )
    return str(text)
