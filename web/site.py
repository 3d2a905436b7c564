"""What all pages share: the catalog, one directory of it kept between requests, and the search."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from flask_babel import gettext as _

from archive.catalog import Catalog
from archive.errors import IndexBroken, NotFound, PodiumError
from archive.holdings import Holdings
from archive.settings import Settings
from archive.types import Event, Speaker, State, Status, Talk, Track, Transcript
from ingest.frames import Frames
from search.answering.concordance import Concordance, Order
from search.answering.keyness import OwnWords
from search.asking.complete import Suggestion
from search.index import IndexedTalk
from search.opening import is_rebuilding, open_index
from search.results import Moment, Results
from search.searching import Searcher
from web.asked import SearchAsked
from web.availability import searching, with_rebuilding_noted

EXTENSION = "podium"
# Of so many talks the words are kept, a few MB each.
_KEPT_TRANSCRIPTS = 4


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything that lists of talks show, as the catalog was at one revision; no transcripts."""

    revision: int
    events: tuple[Event, ...]
    speakers: tuple[Speaker, ...]
    talks: tuple[Talk, ...]
    statuses: dict[int, Status]
    old_slugs: dict[tuple[str, str], str]
    event_of: dict[str, Event] = field(default_factory=dict)
    speaker_of: dict[str, Speaker] = field(default_factory=dict)
    talk_of: dict[str, Talk] = field(default_factory=dict)
    talks_of_event: dict[str, list[Talk]] = field(default_factory=dict)
    talks_of_speaker: dict[str, list[Talk]] = field(default_factory=dict)

    def event(self, slug: str) -> Event:
        """The event with that slug; raises NotFound."""
        if slug not in self.event_of:
            raise NotFound(_("There is no such event."), advice=_("The list of events may help."))
        return self.event_of[slug]

    def speaker(self, slug: str) -> Speaker:
        """The speaker with that slug; raises NotFound."""
        if slug not in self.speaker_of:
            raise NotFound(
                _("There is no such speaker."), advice=_("The list of speakers may help.")
            )
        return self.speaker_of[slug]

    def talk(self, slug: str) -> Talk:
        """The talk with that slug; raises NotFound."""
        if slug not in self.talk_of:
            raise NotFound(
                _("There is no such talk."), advice=_("Search for its title or speaker.")
            )
        return self.talk_of[slug]

    def event_of_talk(self, talk: Talk) -> Event | None:
        """The event the talk belongs to, if any."""
        return self.event_of.get(talk.event or "")

    def newest(self, state: State, limit: int) -> list[Talk]:
        """The talks in that state that were added last, the newest first."""
        found = [talk for talk in self.talks if self.statuses[talk.id].state is state]
        return sorted(found, key=lambda talk: -talk.id)[:limit]


class Site:
    """Owned by the app; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.catalog = Catalog.open(settings)
        # The index moves over by itself when another one takes its place.
        self.index = open_index(settings.home)
        self.frames = Frames(settings)
        self._searcher = Searcher(self.catalog, self.index)
        self._directory: Directory | None = None
        self._lock = threading.Lock()
        self._settled: Mapping[int, IndexedTalk] | None = None
        self._read: OrderedDict[tuple[int, int], Sequence[Transcript]] = OrderedDict()
        self._held: tuple[object, int] = (None, 0)

    def close(self) -> None:
        """Let go of catalog and index."""
        self.index.close()
        self.catalog.close()

    def directory(self) -> Directory:
        """The directory at the catalog's present revision."""
        held = self.catalog.holdings()
        with self._lock:
            if self._directory is None or self._directory.revision != held.revision:
                self._directory = _directory_of(held)
            return self._directory

    def statuses_now(self, talks: Sequence[Talk]) -> dict[int, Status]:
        """Where talks stand at this moment: whether a process is at one is no revision."""
        return self.catalog.statuses([talk.id for talk in talks]) if talks else {}

    def status_now(self, talk: Talk) -> Status:
        """Where one talk stands at this moment; raises NotFound when it was just removed."""
        status = self.statuses_now([talk]).get(talk.id)
        if status is None:
            raise NotFound(_("That talk was removed."), advice=_("Search for another one."))
        return status

    def search(self, asked: SearchAsked) -> Results:
        """One page of results; raises TryLater while the index cannot be used."""
        with searching(self.settings.home):
            results = self._searcher.search(
                asked.text,
                **asked.filters,
                spoken=asked.spoken,
                sort=asked.sort,
                limit=asked.limit,
                offset=asked.offset,
            )
        if self._settled is not None:
            self._settle()
        return with_rebuilding_noted(results, self.settings.home)

    def warm_up(self) -> None:
        """For a process that goes on serving: read what the first search would have to wait for.

        An index that cannot be read now is left to whoever searches.
        """
        with suppress(PodiumError):
            self._searcher.prepare()
            self._settled = {}
            self._settle()

    def _settle(self) -> None:
        """Take what a newly opened index holds, which stays, out of Python's search for garbage.

        Each full search of it would stop all requests for 35 to 100 ms.
        """
        with suppress(IndexBroken):
            contents = self.index.contents()
            with self._lock:
                is_new, self._settled = contents is not self._settled, contents
            if is_new:
                gc.collect()
                gc.freeze()

    def state(self) -> tuple[object, ...]:
        """What every answer of a search follows from: it is another one after each change.

        Raises TryLater as ``search`` does.
        """
        with searching(self.settings.home):
            contents = self.index.contents()
            name = self.index.name
        with self._lock:
            if self._held[0] is not contents:
                revisions = frozenset((key, talk.revision) for key, talk in contents.items())
                self._held = contents, hash(revisions)
            held = self._held[1]
        return self.catalog.revision(), name, held, is_rebuilding(self.settings.home)

    def moments(self, slug: str, text: str) -> list[Moment]:
        """All moments of a talk in the order of time; raises TryLater as ``search`` does."""
        with searching(self.settings.home):
            return self._searcher.moments(slug, text)

    def concordance(self, asked: SearchAsked, order: Order) -> Concordance:
        """Every occurrence of what is asked for; raises TryLater as ``search`` does."""
        with searching(self.settings.home):
            return self._searcher.concordance(asked.text, **asked.filters, order=order)

    def mentions(self, slug: str) -> int:
        """In how many talks others name a speaker; raises TryLater as ``search`` does."""
        with searching(self.settings.home):
            return self._searcher.mentions(slug)

    def own_words(self, slug: str) -> OwnWords:
        """What a speaker says more than others; raises TryLater as ``search`` does."""
        with searching(self.settings.home):
            return self._searcher.own_words(slug)

    def complete(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """What somebody may be about to type; answers without the index too."""
        return self._searcher.complete(text, limit)

    def transcript(self, talk: Talk) -> Transcript | None:
        """The current transcript of what was spoken, in work or complete, if there is one."""
        return self._current(talk, Track.ORIGINAL)

    def translation(self, talk: Talk) -> Transcript | None:
        """The English translation by a machine, in work or complete, if there is one."""
        return self._current(talk, Track.ENGLISH)

    def _current(self, talk: Talk, track: Track) -> Transcript | None:
        found = self._transcripts(talk)
        return next((transcript for transcript in found if transcript.track is track), None)

    def _transcripts(self, talk: Talk) -> Sequence[Transcript]:
        """The current transcripts of a talk; those read last are kept, until its next revision.

        A page asks several times, and reading 12,000 words takes 35 ms.
        """
        key = talk.id, talk.revision
        with self._lock:
            if key in self._read:
                self._read.move_to_end(key)
                return self._read[key]
        found = self.catalog.transcripts(talk.id)
        with self._lock:
            self._read[key] = found
            while len(self._read) > _KEPT_TRANSCRIPTS:
                self._read.popitem(last=False)
        return found


def site() -> Site:
    """The site that the current request is for."""
    return cast(Site, current_app.extensions[EXTENSION])


def _directory_of(held: Holdings) -> Directory:
    directory = Directory(
        revision=held.revision,
        events=held.events,
        speakers=held.speakers,
        talks=held.talks,
        statuses=held.statuses,
        old_slugs=held.old_slugs,
    )
    directory.event_of.update((event.slug, event) for event in directory.events)
    directory.speaker_of.update((speaker.slug, speaker) for speaker in directory.speakers)
    for talk in held.talks:
        directory.talk_of[talk.slug] = talk
        if talk.event:
            directory.talks_of_event.setdefault(talk.event, []).append(talk)
        for slug in dict.fromkeys(speaker.slug for speaker in talk.speakers):
            directory.talks_of_speaker.setdefault(slug, []).append(talk)
    return directory
