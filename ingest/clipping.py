"""Cutting the clips that were asked for, with the transcript as it stands as their captions."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pycountry

from archive.bounded_folder import UNFINISHED
from archive.catalog import Catalog
from archive.errors import CorruptMedia, NotFound, PodiumError
from archive.phrases import phrase
from archive.segments import ends_sentence
from archive.turns import turns_of_words
from archive.types import Segment, Talk, Track, Transcript, Word, join_words
from ingest.clip_orders import ClipMoment, ClipOrder, ClipShelf, Form
from ingest.cutting import Caption, Stopped, cut_film, cut_sound
from ingest.takes import Take, seen_size
from transcribe.captions import write_srt

# A caption holds about two lines, and stays for as long as its words, and a little more.
_LONGEST_CAPTION = 84
_SENTENCE_MS = 1_500
_PAUSE_MS = 1_000
_LINGERING_MS = 300
_TOLD_STEP = 0.01
# Of a film with captions in its picture, making the film takes about this share.
_FILM_SHARE = 0.6
_LOOK_S = 0.1
_QUIETLY = ["-v", "error", "-nostdin", "-y", "-threads", "1", "-i"]
_AS_MP4 = [
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "22",
    "-c:a",
    "copy",
    "-movflags",
    "+faststart",
]


def can_burn() -> bool:
    """Whether captions can be drawn into the picture here: that takes the ffmpeg program."""
    return shutil.which("ffmpeg") is not None


def cut_next(catalog: Catalog, shelf: ClipShelf, stopped: Callable[[], bool]) -> bool:
    """Cut the clip that waits longest; False where none waits.

    Where ``stopped`` comes true meanwhile, the order goes on waiting. What cannot be cut is
    recorded as failed, with its reason.
    """
    order = shelf.next()
    if order is None:
        return False
    unfinished = shelf.begin(order)
    told = 0.0

    def tell(share: float) -> None:
        nonlocal told
        if stopped():
            raise Stopped
        if share - told >= _TOLD_STEP:
            told = share
            shelf.tell(order, share)

    try:
        _cut(catalog, order, unfinished, tell)
    except Stopped:
        shelf.stop(order)
        unfinished.unlink(missing_ok=True)
    except PodiumError as error:
        shelf.fail(order, error.message)
        unfinished.unlink(missing_ok=True)
    else:
        shelf.finish(order, unfinished)
    return True


def captions_of(
    words: Sequence[Word], moment: ClipMoment, *, begun_ms: int = 0, name: str = ""
) -> list[Caption]:
    """The words of a moment as captions of a clip in which it begins at ``begun_ms``.

    ``name`` is put before the first. A word belongs to the moment that holds its middle.
    """
    own = [w for w in words if moment.start_ms <= (w.start_ms + w.end_ms) // 2 < moment.end_ms]
    groups: list[list[Word]] = []
    for word in own:
        if not groups or _is_full(groups[-1], word):
            groups.append([])
        groups[-1].append(word)
    captions: list[Caption] = []
    for number, group in enumerate(groups):
        start_ms = max(moment.start_ms, group[0].start_ms) if number else moment.start_ms
        end_ms = group[-1].end_ms + _LINGERING_MS
        if number + 1 < len(groups):
            following_ms = groups[number + 1][0].start_ms
            near = following_ms - group[-1].end_ms < _PAUSE_MS
            end_ms = following_ms if near else min(end_ms, following_ms)
        end_ms = min(end_ms, moment.end_ms)
        text = f"{name}: {join_words(group)}" if name and not number else join_words(group)
        shift_ms = begun_ms - moment.start_ms
        captions.append(Caption(start_ms + shift_ms, max(end_ms, start_ms + 1) + shift_ms, text))
    return captions


def _is_full(group: list[Word], following: Word) -> bool:
    if following.start_ms - group[-1].end_ms >= _PAUSE_MS:
        return True
    if len(join_words([*group, following])) > _LONGEST_CAPTION:
        return True
    lasted_ms = group[-1].end_ms - group[0].start_ms
    return lasted_ms >= _SENTENCE_MS and ends_sentence(group[-1].text)


def _cut(
    catalog: Catalog, order: ClipOrder, target: Path, progress: Callable[[float], None]
) -> None:
    takes: list[Take] = []
    captions: list[Caption] = []
    titles: list[str] = []
    language = ""
    begun_ms = 0
    for moment in order.moments:
        talk = catalog.talk_by_id(moment.talk_id)
        transcript = _transcript(catalog, talk)
        takes.append(_take(talk, moment, with_picture=order.form is not Form.SOUND))
        name = _speaker(catalog, talk, transcript, moment) if len(order.moments) > 1 else ""
        captions += captions_of(transcript.words, moment, begun_ms=begun_ms, name=name)
        language = language or transcript.language
        titles.append(talk.title)
        begun_ms += moment.end_ms - moment.start_ms
    title = " · ".join(dict.fromkeys(titles))
    if order.form is Form.SOUND or not any(take.width for take in takes):
        cut_sound(takes, target, title=title, progress=progress)
        return
    burned = order.form is Form.BURNED
    cut_film(
        takes,
        [] if burned else captions,
        target,
        title=title,
        language=_three_letters(language),
        progress=(lambda share: progress(share * _FILM_SHARE)) if burned else progress,
    )
    if burned:
        _burn(target, captions, progress)


def _transcript(catalog: Catalog, talk: Talk) -> Transcript:
    found = next((t for t in catalog.transcripts(talk.id) if t.track is Track.ORIGINAL), None)
    if found is None:
        raise NotFound(phrase("This talk has no words any more."))
    return found


def _take(talk: Talk, moment: ClipMoment, *, with_picture: bool) -> Take:
    recording = talk.recording
    if recording is None or not Path(recording.path).is_file():
        raise NotFound(phrase("The recording of “%(talk)s” is gone.", talk=talk.title))
    path = Path(recording.path)
    size = seen_size(path) if with_picture and recording.width else (0, 0)
    return Take(path, moment.start_ms, moment.end_ms, *size)


def _speaker(catalog: Catalog, talk: Talk, transcript: Transcript, moment: ClipMoment) -> str:
    """Who speaks at a moment's start; "" where nobody knows."""
    words = [w for w in transcript.words if moment.start_ms <= w.start_ms < moment.end_ms][:1]
    turn = next(iter(turns_of_words(words, catalog.turns(talk))), None)
    return turn.shown_name if turn else ""


def _burn(clip: Path, captions: Sequence[Caption], progress: Callable[[float], None]) -> None:
    """Draw captions into the picture of a clip, with the ffmpeg program."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise CorruptMedia(
            phrase("Captions cannot be drawn into the picture: there is no ffmpeg here.")
        )
    segments = [
        Segment(c.start_ms, c.end_ms, (Word(c.text, False, c.start_ms, c.end_ms),))
        for c in captions
    ]
    with tempfile.TemporaryDirectory(dir=clip.parent, suffix=UNFINISHED) as folder:
        # A name of our own in a folder of our own: a filter's options have marks of their own.
        (Path(folder) / "words.srt").write_text(write_srt(segments), encoding="utf-8")
        command = [ffmpeg, *_QUIETLY, str(clip), "-vf", "subtitles=words.srt", *_AS_MP4, "out.mp4"]
        with (
            (Path(folder) / "said.txt").open("w+") as said,
            subprocess.Popen(command, cwd=folder, stderr=said) as burning,  # noqa: S603 - our own
        ):
            try:
                while burning.poll() is None:
                    progress(_FILM_SHARE)
                    time.sleep(_LOOK_S)
            except Stopped:
                burning.kill()
                raise
            said.seek(0)
            last = (said.read().strip().splitlines() or ["it does not say why"])[-1]
        if burning.returncode:
            raise CorruptMedia(phrase("ffmpeg could not draw the captions: %(said)s.", said=last))
        (Path(folder) / "out.mp4").replace(clip)


def _three_letters(language: str) -> str:
    """ISO 639-2 of a BCP 47 tag, as an mp4 states languages; "" where there is none."""
    code = language.partition("-")[0].lower()
    found = pycountry.languages.get(**{"alpha_2" if len(code) == 2 else "alpha_3": code})
    return str(found.alpha_3) if code and found else ""
