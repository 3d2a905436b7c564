"""Keeping the index in step with the catalog, which is the truth."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.catalog import Catalog
from archive.errors import NotFound
from search.documents import TalkDocument, talk_document
from search.index import SearchIndex
from search.opening import open_index, rebuild

_BATCH_TOKENS = 2_500_000
"""Tokens per commit: the fewer commits, the faster every search; some 200 MB of memory."""


def update(catalog: Catalog, index: SearchIndex, *, talks: Collection[int] | None = None) -> int:
    """Index the talks that the index holds damaged, at another revision, or not at all; how many.

    ``talks`` restricts it to these (by key). Talks that the catalog no longer has leave the index.
    The catalog learns what is indexed only after the index has it, so a stop in between costs
    nothing but doing it again. Raises what SearchIndex raises.
    """
    held = index.indexed()
    damaged = index.damaged()
    revisions = catalog.revisions()
    current = {talk_id: revision for talk_id, (revision, _) in revisions.items()}
    gone = [talk_id for talk_id in held if talk_id not in current]
    if gone:
        index.remove(gone)
    asked = current.keys() if talks is None else current.keys() & set(talks)
    outdated = [
        talk_id for talk_id in asked if held.get(talk_id) != current[talk_id] or talk_id in damaged
    ]
    for batch in _batches(_documents(catalog, outdated)):
        index.replace(batch)
        _Marks.of(batch).record(catalog)
    # What was indexed but not recorded, because that run was cut off in between.
    unrecorded = [
        talk_id
        for talk_id in asked
        if held.get(talk_id) == current[talk_id] != revisions[talk_id][1] and talk_id not in damaged
    ]
    _Marks.of(_documents(catalog, unrecorded)).record(catalog)
    # The worker merges when there is nothing else to do; where none runs, it is done when overdue.
    while (gone or outdated) and index.tidy(overdue=True):
        pass
    return len(outdated)


def reindex(catalog: Catalog, home: Path) -> int:
    """Build a new index beside the old one from the catalog alone and switch to it; how many."""
    marks = _Marks()

    def documents() -> Iterator[TalkDocument]:
        for document in _documents(catalog, catalog.revisions()):
            marks.add(document)
            yield document

    count = rebuild(home, _batches(documents()))
    marks.record(catalog)
    # What changed in the meantime went into the old index.
    index = open_index(home)
    try:
        update(catalog, index)
    finally:
        index.close()
    return count


def check(catalog: Catalog, index: SearchIndex) -> list[str]:
    """Sentences on where catalog and index disagree, or files are damaged; none where all is well.

    Reads every byte of the index.
    """
    damaged = index.damaged(thorough=True)
    held = index.indexed()
    talks = {talk.id: talk for talk in catalog.talks()}
    faults = [
        f"The index holds a talk that the catalog no longer has (number {talk_id})."
        for talk_id in sorted(held.keys() - talks.keys())
    ]
    for talk_id, talk in talks.items():
        if talk_id in damaged:
            faults.append(f"What the index holds of {talk.slug} is damaged.")
        elif talk_id not in held:
            faults.append(f"{talk.slug} is not in the index.")
        elif held[talk_id] != talk.revision:
            faults.append(
                f"{talk.slug} is in the index at revision {held[talk_id]}, "
                f"in the catalog at {talk.revision}."
            )
    return faults


@dataclass(slots=True)
class _Marks:
    """What the catalog is to know about documents that the index has now."""

    revisions: dict[int, int] = field(default_factory=dict)
    searchable_to_ms: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[TalkDocument]) -> _Marks:
        marks = cls()
        for document in documents:
            marks.add(document)
        return marks

    def add(self, document: TalkDocument) -> None:
        self.revisions[document.talk_id] = document.revision
        self.searchable_to_ms[document.talk_id] = max(
            (int(s.stream.end_ms.max(initial=0)) for s in document.speeches), default=0
        )

    def record(self, catalog: Catalog) -> None:
        if self.revisions:
            catalog.mark_indexed(self.revisions, self.searchable_to_ms)


def _documents(catalog: Catalog, talk_ids: Iterable[int]) -> Iterator[TalkDocument]:
    """The documents of those talks that still exist, read one by one."""
    events = {event.slug: event for event in catalog.events()}
    for talk_id in talk_ids:
        try:
            talk = catalog.talk_by_id(talk_id)
        except NotFound:
            continue
        event = events.get(talk.event) if talk.event is not None else None
        turns = catalog.turns(talk)
        yield talk_document(talk, event, catalog.transcripts(talk_id), turns)


def _batches(documents: Iterable[TalkDocument]) -> Iterator[list[TalkDocument]]:
    """The documents in lists of about as many tokens, made as they are asked for."""
    batch: list[TalkDocument] = []
    tokens = 0
    for document in documents:
        batch.append(document)
        tokens += sum(len(speech.stream.surfaces) for speech in document.speeches)
        if tokens >= _BATCH_TOKENS:
            yield batch
            batch, tokens = [], 0
    if batch:
        yield batch
