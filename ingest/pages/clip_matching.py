"""Clips given to talks, and talks that a page shows twice put together.

A clip whose label names one speaker, or the title of one talk, is that talk's, wherever it
stands. Every other clip belongs to the talk in whose unit it stands. What is left is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from archive.names import name_key
from archive.programme import SpeakerEntry
from ingest.pages.blocks import Clip
from ingest.pages.talks import PageTalk

_SAME_TITLE = 90


def settle(talks: list[PageTalk], loose: Iterable[Clip]) -> tuple[list[PageTalk], list[str]]:
    """The talks with their clips and without repetitions, and doubts about clips left over."""
    talks = _merged(sorted(talks, key=lambda talk: (talk.path, talk.order)))
    left = [clip for clip in loose if not _give_by_label(clip, talks)]
    for talk in talks:
        for clip in list(talk.clips):
            owner = _named_by(clip, talks)
            if owner is not None and owner is not talk:
                talk.clips.remove(clip)
                _give(owner, clip)
    known = {clip.address for talk in talks for clip in talk.clips}
    doubts = [
        clip.doubt or f"clips: {clip.address} stands beside no talk"
        for clip in left
        if not clip.address or not (clip.doubt or clip.address in known)
    ]
    return [talk for talk in talks if talk.title or talk.clips], list(dict.fromkeys(doubts))


def _merged(talks: list[PageTalk]) -> list[PageTalk]:
    kept: list[PageTalk] = []
    for talk in talks:
        same = next((other for other in kept if _is_same(other, talk)), None)
        if same is None:
            kept.append(talk)
        else:
            _add(same, talk)
    return kept


def _is_same(one: PageTalk, other: PageTalk) -> bool:
    if not same_people(one, other):
        return False
    if one.title and other.title:
        return fuzz.ratio(name_key(one.title), name_key(other.title)) >= _SAME_TITLE
    return not (one.kind and other.kind and one.kind != other.kind)


def same_people(one: PageTalk, other: PageTalk) -> bool:
    """Whether the speakers of one are all among those of the other."""
    return bool(one.keys and other.keys) and (one.keys <= other.keys or other.keys <= one.keys)


def _add(talk: PageTalk, other: PageTalk) -> None:
    """Add what a second mention says to the first."""
    talk.title = talk.title or other.title
    talk.number = talk.number if talk.number is not None else other.number
    talk.description = talk.description or other.description
    talk.doubts += [doubt for doubt in other.doubts if doubt not in talk.doubts]
    for clip in other.clips:
        _give(talk, clip)
    more, fewer = (
        (talk.people, other.people)
        if len(talk.people) >= len(other.people)
        else (other.people, talk.people)
    )
    talk.people = completed(more, fewer)


def completed(
    people: Iterable[SpeakerEntry], known: Iterable[SpeakerEntry]
) -> tuple[SpeakerEntry, ...]:
    """Speakers with the posts that the page gives them elsewhere, where they have none here."""
    said = {name_key(entry.name): entry for entry in known}
    done = []
    for entry in people:
        other = said.get(name_key(entry.name))
        if other and not (entry.role or entry.affiliation):
            entry = replace(
                entry, role=other.role, affiliation=other.affiliation,
                affiliation_aliases=other.affiliation_aliases,
                country=entry.country or other.country,
            )  # fmt: skip
        done.append(entry)
    return tuple(done)


def _give(talk: PageTalk, clip: Clip) -> None:
    if all(clip.address != other.address for other in talk.clips):
        talk.clips.append(clip)


def _give_by_label(clip: Clip, talks: list[PageTalk]) -> bool:
    owner = _named_by(clip, talks)
    if owner is None:
        return False
    _give(owner, clip)
    return True


def _named_by(clip: Clip, talks: list[PageTalk]) -> PageTalk | None:
    """The one talk whose speaker or title the clip's label names."""
    label = name_key(clip.label)
    if len(label) < 3:
        return None
    padded = f" {label} "
    by_title = [
        t
        for t in talks
        if t.title and len(name_key(t.title)) > 5 and f" {name_key(t.title)} " in padded
    ]
    if len(by_title) == 1:
        return by_title[0]
    by_name = [talk for talk in talks if any(f" {key} " in padded for key in talk.keys)]
    if len(by_name) != 1:
        surnames = [
            t
            for t in talks
            if any(f" {key.split()[-1]} " in padded and len(key.split()[-1]) > 3 for key in t.keys)
        ]
        by_name = (
            surnames if len(surnames) == 1 and len(label.split()) <= 4 and not by_name else by_name
        )
    return by_name[0] if len(by_name) == 1 else None
