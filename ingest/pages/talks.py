"""Units turned into talks: who speaks, which line is the title, which clip is theirs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from archive.names import name_key
from archive.programme import SpeakerEntry
from ingest.pages.atom import Atom, Kind
from ingest.pages.blocks import Clip
from ingest.pages.institution_names import is_phrase_of_capitals
from ingest.pages.line_titles import clean_title, is_ceremony, is_prose
from ingest.pages.speaker_posts import Post, read_post
from ingest.pages.units import Unit

# Two lines whose marks as a title differ by less are told apart by nothing.
_CLOSE = 1.0
_MOST_SPEAKERS = 12


@dataclass(slots=True)
class PageTalk:
    """A talk as the page shows it, before clips and second mentions are settled."""

    order: int
    people: tuple[SpeakerEntry, ...]
    title: str = ""
    number: int | None = None
    description: str = ""
    kind: str = ""
    clips: list[Clip] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    path: tuple[int, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The speakers' names, for comparing."""
        return frozenset(name_key(person.name) for person in self.people)


def read_talks(units: list[Unit], *, about_talks: bool = False) -> list[PageTalk]:
    """The talks of a page, also those that name people and a clip but no title.

    ``about_talks``: the page says in its title or headings that it is about talks, so that lines
    of one form, a name and a title, are believed.
    """
    manned = [unit for unit in units if unit.has_people]
    styles = Counter(style for unit in manned for style in {a.style for a in _candidates(unit)})
    named = [a.style for unit in manned for a in unit.atoms if a.kind is Kind.TALK]
    alike = len(named) > 2 and len(set(named)) == 1 and about_talks
    talks = [_talk(unit, styles, len(manned), alike=alike, about=about_talks) for unit in manned]
    return [talk for talk in talks if talk is not None]


def _candidates(unit: Unit) -> list[Atom]:
    return [atom for atom in unit.atoms if atom.kind is Kind.TITLE]


def _talk(
    unit: Unit, styles: Counter[str], count: int, *, alike: bool, about: bool
) -> PageTalk | None:
    speaking = _speaking(unit)
    if not speaking or len(speaking) > _MOST_SPEAKERS:
        return None
    _read_unheard_post(unit, speaking)
    lead = speaking[0]
    talk = PageTalk(lead.order, (), path=lead.path)
    numbers = [atom.number for atom in unit.atoms if atom.number is not None]
    talk.number = numbers[0] if numbers else None
    talk.clips = [atom.clip for atom in unit.atoms if atom.clip]
    talk.kind = next((a.reading.kind for a in unit.atoms if a.reading.kind), "")
    talk.people = _with_posts(unit, speaking)
    talk.doubts = [doubt for atom in speaking for doubt in atom.reading.doubts]
    talk.doubts += [
        f"speakers: {a.text[:100]!r} was taken for a post because it stands behind a name"
        for a in unit.atoms
        if a.kind is Kind.POST and not a.label and a.reading.post and a.reading.post.unsure
    ]
    talk.description = " ".join(a.text for a in unit.atoms if a.label == "abstract")[:4000]
    inline = [atom for atom in speaking if atom.reading.title]
    if inline and not any(a.label == "title" for a in _candidates(unit)):
        talk.title = inline[0].reading.title
    else:
        talk.title = _chosen_title(unit, speaking, styles, count, talk)
    posts = any(person.role or person.affiliation or person.country for person in talk.people)
    if not _is_believable(unit, speaking, talk, signs=int(alike), posts=about or posts):
        return None
    return talk


def _speaking(unit: Unit) -> list[Atom]:
    """The lines that name the speakers; lines that do so by form alone yield to surer ones."""
    named = [atom for atom in unit.atoms if atom.kind in (Kind.PERSON, Kind.TALK)]
    sure = [atom for atom in named if atom.sure]
    if sure and len(sure) < len(named):
        for atom in named:
            if not atom.sure:
                atom.kind = Kind.TITLE
        named = sure
    titled = [atom for atom in named if atom.kind is Kind.TALK]
    if titled and len(named) > 1:
        return titled[:1] + [
            a for a in named if a.kind is Kind.PERSON and a.style == titled[0].style
        ]
    if len(named) > 1 and not _candidates(unit):
        best = max(atom.reading.certainty for atom in named)
        bare = [a for a in named if a.reading.certainty <= 2 < best and a.style != named[-1].style]
        if bare and len(bare) < len(named):
            bare[0].kind = Kind.TITLE
            named = [atom for atom in named if atom is not bare[0]]
    return named


def _read_unheard_post(unit: Unit, speaking: list[Atom]) -> None:
    """Take the line behind a name for the post, where another line is the title more plainly."""
    titles = [a for a in _candidates(unit) if a.label or a.reading.quoted or a.level < 9]
    behind = next((a for a in unit.atoms if a.order == speaking[-1].order + 1), None)
    if behind is None or behind.kind is not Kind.TITLE or behind in titles:
        return
    post = read_post(behind.text)
    titled = titles or any(a.reading.title for a in speaking)
    if not titled and not (post and post.country and len(_candidates(unit)) > 1):
        return
    if any(p.role or p.affiliation for a in speaking for p in a.reading.people):
        return
    words = len(behind.text.split())
    named = words <= 10 and is_phrase_of_capitals(behind.text) and not re.search(r"\d", behind.text)
    if post and named:
        unsure = post.unsure or behind.text
        behind.kind = Kind.POST
        behind.reading = replace(behind.reading, post=replace(post, unsure=unsure))


def _with_posts(unit: Unit, speaking: list[Atom]) -> tuple[SpeakerEntry, ...]:
    """The speakers with what the lines behind their names say of them."""
    people: list[SpeakerEntry] = []
    for atom in speaking:
        posts = _posts_behind(unit, atom)
        for place, entry in enumerate(atom.reading.people):
            for post in posts:
                each = post.each if len(post.each) == len(atom.reading.people) else ()
                entry = _added(entry, each[place] if each else post)
            if all(name_key(entry.name) != name_key(known.name) for known in people):
                people.append(entry)
    return tuple(people)


def _posts_behind(unit: Unit, speaker: Atom) -> list[Post]:
    """Posts right behind a speaker; behind the title too, where it stands in the same container."""
    posts: list[Post] = []
    for atom in unit.atoms:
        if atom.order <= speaker.order or atom is speaker:
            continue
        if atom.kind is Kind.POST and atom.reading.post:
            posts.append(_as_labelled(atom))
        elif atom.kind is not Kind.TITLE or atom.path[:-1] != speaker.path[:-1]:
            break
    return posts


def _as_labelled(atom: Atom) -> Post:
    post = atom.reading.post or Post()
    if atom.label == "role" and not post.role:
        return Post(role=atom.text)
    if atom.label == "affiliation" and not post.affiliation:
        return Post(affiliation=atom.text, country=post.country)
    return post


def _added(entry: SpeakerEntry, post: Post) -> SpeakerEntry:
    return replace(
        entry,
        role=entry.role or post.role,
        affiliation=entry.affiliation or post.affiliation,
        affiliation_aliases=entry.affiliation_aliases
        or (() if entry.affiliation else post.aliases),
        country=entry.country or post.country,
    )


def _chosen_title(
    unit: Unit, speaking: list[Atom], styles: Counter[str], count: int, talk: PageTalk
) -> str:
    candidates = _candidates(unit)
    posts = [a for a in unit.atoms if a.kind is Kind.POST and not a.label]
    if (
        not candidates
        and posts
        and (any(p.role or p.affiliation for p in speaking[0].reading.people))
    ):
        candidates = posts[-1:]
    places = {id(atom): place for place, atom in enumerate(unit.atoms)}
    spoken = [places[id(atom)] for atom in speaking]
    marks = sorted(
        (
            (
                _mark(a, speaking, styles, count) - 0.4 * _distance(places[id(a)], spoken),
                -a.order,
                a,
            )
            for a in candidates
        ),
        key=lambda m: m[:2],
        reverse=True,
    )
    if not marks:
        return ""
    best, _, atom = marks[0]
    title = clean_title(atom.reading.title if atom.reading.quoted else atom.text)
    if len(marks) > 1 and best - marks[1][0] < _CLOSE and marks[1][2].text != atom.text:
        talk.doubts.append(
            f"title: two lines could be the title; the other is {marks[1][2].text[:200]!r}"
        )
    return title


def _distance(place: int, spoken: list[int]) -> int:
    """How many lines are between a line and the next that names a speaker; 12 at most."""
    return min(12, *(abs(place - other) for other in spoken))


def _mark(atom: Atom, speaking: list[Atom], styles: Counter[str], count: int) -> float:
    """How much speaks for a line as the title."""
    mark = 0.0
    if atom.label == "title":
        mark += 8
    if atom.reading.quoted:
        mark += 5
    emphasised = atom.level < 9 or (atom.line is not None and atom.line.emphatic)
    mark += 2.5 * emphasised
    if atom.line and any(word in atom.line.hint for word in ("title", "topic", "thema", "titel")):
        mark += 1.5
    if count > 1 and styles[atom.style] >= 0.6 * count:
        mark += 2
    if _may_be_post(atom, speaking):
        mark -= 2
    if is_prose(atom.text) or atom.text.endswith(("。", ";")):
        mark -= 4
    shared = max(_shared(atom.path, a.path) / max(len(a.path), 1) for a in speaking)
    return mark + shared


def _may_be_post(atom: Atom, speaking: list[Atom]) -> bool:
    """Whether a line may be an office nobody heard of, behind a speaker who has none."""
    behind = any(
        a.order == atom.order - 1 and not any(p.role for p in a.reading.people) for a in speaking
    )
    words = atom.text.split()
    post = read_post(atom.text)
    return (
        behind and post is not None and len(words) <= 5 and all(not w[:1].islower() for w in words)
    )


def _shared(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared


def _is_believable(
    unit: Unit, speaking: list[Atom], talk: PageTalk, *, signs: int, posts: bool
) -> bool:
    """Whether this is a talk: a title and speakers, with signs where names are guessed.

    ``posts``: the page is about talks, or says who the speaker is.
    """
    if is_ceremony(talk.title or talk.kind) and not talk.clips:
        return False
    signs += bool(talk.clips) + (talk.number is not None) + bool(talk.kind)
    signs += any(atom.reading.timed for atom in unit.atoms)
    signs += any(atom.label for atom in unit.atoms)
    if not signs and not posts:
        return False
    if not all(atom.sure for atom in speaking):
        if not signs or not talk.title:
            return False
        names = ", ".join(person.name for person in talk.people)
        talk.doubts.append(f"speakers: {names} was taken for a name by its form alone")
    if speaking[0].among_people and not talk.title:
        return bool(talk.clips) and len(speaking) == 1
    if speaking[0].among_people and not talk.clips:
        emphasised = any(a.level < 9 or a.reading.quoted or a.label for a in _candidates(unit))
        return bool(talk.title) and (emphasised or bool(speaking[0].reading.title) or signs > 0)
    # A clip behind a list of people is none of theirs.
    return bool(talk.title or talk.kind or (talk.clips and len(speaking) == 1))
