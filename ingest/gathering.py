"""Looking at the sources of a command, before anything is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from archive.errors import BadSource, NotFound, PodiumError, UserError
from archive.names import slugify
from archive.programme import SpeakerEntry, TalkEntry
from archive.types import Speaker, State, Talk
from ingest.correcting import TEXT_SUFFIX
from ingest.entries import (
    Single,
    as_known,
    entry_of_file,
    event_entry,
    provisional_title,
    with_options,
)
from ingest.looking import look_at_address, read_document
from ingest.media import refuse_other_files
from ingest.options import Options
from ingest.programmes.manifest import Manifest, ManifestTalk, read_manifest
from ingest.programmes.sidecars import read_sidecar
from ingest.sources import CAPTION_SUFFIXES, Source, expand, identify, is_url
from ingest.speaker_matching import likely_speakers
from ingest.workshop import Workshop

# Files that hold a programme in another form than a manifest.
DOCUMENT_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".txt", ".text", ".xml", ".json"}) | {
    ".rss",
    ".atom",
}

# Which of the people whom a clip names speaks in it; None for nobody, or where nobody can say.
AskSpeaker = Callable[[TalkEntry, Sequence[Speaker]], Speaker | None]


@dataclass(slots=True)
class Gathered:
    """What the sources came to.

    ``manifests`` are programmes that a person wrote, ``read`` those that were read from pages,
    playlists, feeds and schedules; then single clips, and captions.
    """

    manifests: list[Manifest] = field(default_factory=list)
    read: list[Manifest] = field(default_factory=list)
    singles: list[Single] = field(default_factory=list)
    captions: list[Path] = field(default_factory=list)


def gather(
    shop: Workshop, sources: Sequence[str], options: Options, ask: AskSpeaker | None = None
) -> Gathered:
    """Read manifests and pages, look into folders, ask sites for titles.

    ``ask`` is asked who speaks, where a source does not say and the archive knows likely people.
    Raises UserError for a source that can never be taken; nothing was changed then.
    """
    gatherer = _Gatherer(shop, options, ask)
    for text in sources:
        if is_url(text):
            gatherer.take_address(identify(text, Path.cwd()))
            continue
        for path in expand(text, leave_out=shop.settings.home):
            gatherer.take_file(path)
    gathered = gatherer.gathered
    clips = len(gathered.singles)
    if options.title and (clips != 1 or gathered.manifests or gathered.read):
        raise BadSource(
            f"--title is for one clip, and {clips} were given.",
            advice="Leave it out, or write a manifest with a title for each.",
        )
    if options.rttm and (clips != 1 or gathered.manifests or gathered.read):
        raise BadSource(f"--rttm is for one clip, and {clips} were given.")
    return gathered


@dataclass(slots=True)
class _Gatherer:
    """One pass over the sources of a command."""

    shop: Workshop
    options: Options
    ask: AskSpeaker | None
    gathered: Gathered = field(default_factory=Gathered)
    known: dict[str, Talk] = field(init=False)
    # Identities of the clips that nothing is left to do for.
    done: frozenset[str] = field(init=False)
    people: list[Speaker] = field(init=False)

    def __post_init__(self) -> None:
        catalog = self.shop.catalog
        self.known = {talk.source_key: talk for talk in catalog.talks() if talk.source_key}
        statuses = catalog.statuses()
        ready = [t.source_key for t in self.known.values() if statuses[t.id].state is State.READY]
        self.done = frozenset(ready)
        self.people = catalog.speakers()

    def take_address(self, source: Source) -> None:
        """A clip or a programme on the web."""
        if (talk := self.known.get(source.key)) is not None:
            entry = TalkEntry("", source_url=source.address, source_key=source.key)
            self._add_single(as_known(entry, talk, said_here=False), talk.event or "")
            return
        try:
            found = look_at_address(source, self.options, self.shop.settings, self.done)
        except UserError:
            raise
        except PodiumError:
            # The stage that fetches it will meet the same fault, and records it with the talk.
            title = provisional_title(source.address)
            entry = TalkEntry(title, source_url=source.address, source_key=source.key)
            self._add_single(entry, "")
            return
        if isinstance(found, Manifest):
            self._add_programme(found)
            return
        entry = TalkEntry(
            found.title,
            description=found.description,
            language=found.language,
            given_on=found.published_on,
            source_url=source.address,
            source_key=source.key,
            chapters=found.chapters,
        )
        self._add_single(entry, "")

    def take_file(self, path: Path) -> None:
        """A manifest, a saved programme, captions, or a recording with what lies beside it."""
        suffix = path.suffix.lower()
        if suffix == ".toml":
            manifest = read_manifest(path, link=self.options.link)
            self.gathered.manifests.append(self._for_event(manifest))
        elif suffix in CAPTION_SUFFIXES or (self.options.talk and suffix == TEXT_SUFFIX):
            if not self.options.talk:
                raise BadSource(
                    f"{path} holds captions; of which talk is not said.",
                    advice="Say it with --talk SLUG.",
                )
            self.gathered.captions.append(path)
        elif suffix in DOCUMENT_SUFFIXES:
            self._add_programme(read_document(path, self.options))
        else:
            self._take_recording(path)

    def _take_recording(self, path: Path) -> None:
        refuse_other_files(path)
        source = identify(str(path), Path.cwd())
        sidecar = read_sidecar(path, language=self.options.language)
        entry = entry_of_file(source, sidecar)
        event = sidecar.event if sidecar else ""
        # A sidecar that came after its file may name the clip by another key.
        talk = self.known.get(entry.source_key) or self.known.get(source.key)
        if talk is not None:
            entry = as_known(entry, talk, said_here=sidecar is not None)
            event = event or talk.event or ""
        single = self._single(entry, event)
        self.gathered.singles.append(replace(single, sidecar=sidecar))

    def _add_single(self, entry: TalkEntry, event: str) -> None:
        self.gathered.singles.append(self._single(entry, event))

    def _single(self, entry: TalkEntry, event: str) -> Single:
        wanted = self._with_speaker(with_options(entry, self.options))
        return Single(wanted, self.options.event or event)

    def _add_programme(self, manifest: Manifest) -> None:
        if self.options.names_one_clip:
            raise BadSource(
                f"{manifest.event.title} is a list of {len(manifest.talks)} talks; --talk, "
                "--title, --speaker and --session are for one clip.",
                advice="Leave them out, or give the address of the clip itself.",
            )
        talks = [self._of_programme(talk) for talk in manifest.talks]
        self.gathered.read.append(self._for_event(replace(manifest, talks=tuple(talks))))

    def _of_programme(self, talk: ManifestTalk) -> ManifestTalk:
        entry = with_options(talk.entry, self.options)
        held = self.known.get(entry.source_key)
        if held is not None and not entry.speakers:
            # A list without speakers knows no more of the talk than the archive does.
            return replace(talk, entry=as_known(entry, held, said_here=False))
        return replace(talk, entry=self._with_speaker(entry))

    def _with_speaker(self, entry: TalkEntry) -> TalkEntry:
        """The entry with the speaker whom the person confirms, where none is said."""
        if entry.speakers or entry.slug or self.ask is None:
            return entry
        likely = likely_in(entry, self.people)
        speaker = self.ask(entry, likely) if likely else None
        return entry if speaker is None else replace(entry, speakers=(SpeakerEntry(speaker.name),))

    def _for_event(self, manifest: Manifest) -> Manifest:
        """The programme under the event that --event names; one that exists stays as it is."""
        if not self.options.event:
            return manifest
        slug = slugify(self.options.event, "event")
        try:
            event = event_entry(self.shop.catalog.event(slug))
        except NotFound:
            event = replace(manifest.event, slug=slug)
        return replace(manifest, event=event)


def likely_in(talk: Talk | TalkEntry, people: Sequence[Speaker]) -> list[Speaker]:
    """Those of ``people`` whom a talk's title, chapters or description names."""
    chapters = [chapter.title for chapter in talk.chapters]
    return likely_speakers([talk.title, *chapters, talk.description], people)
