"""What a person may point at: an address, a file, a folder or a glob, and its identity."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from archive.errors import BadSource, NotFound

# Files that a folder is searched for. A file that is named itself is probed, whatever its suffix.
_VIDEO = "3gp avi flv m2ts m4v mkv mov mp4 mpeg mpg ogv ts webm wmv"
_SOUND = "aac aif aiff flac m4a mp3 oga ogg opus wav wma"
MEDIA_SUFFIXES = frozenset(f".{name}" for name in f"{_VIDEO} {_SOUND}".split())
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
CAPTION_SUFFIXES = frozenset({".vtt", ".srt"})
_PARTIAL_SUFFIXES = frozenset({".part", ".ytdl", ".crdownload", ".tmp"})
# What yt-dlp writes beside the clip it works on: lecture.f137.mp4, lecture.temp.mp4.
_IN_WORK = re.compile(r".+\.(f(\d{2,}|hls|dash|http)[\w-]*|temp)\.\w+")
_MAGIC = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a clip comes from: its address, and the key by which it is known again."""

    address: str
    key: str
    is_file: bool


def is_url(text: str) -> bool:
    """Whether the text is an address rather than a path."""
    return _SCHEME.match(text) is not None


def identify(text: str, folder: Path) -> Source:
    """The source that a person or a manifest named; relative paths count from ``folder``.

    The key is ``extractor:id`` where a named extractor of yt-dlp claims the address, else the
    address without its fragment, else the absolute path. Raises BadSource for other schemes than
    http and https, and for names that cannot be kept.
    """
    if not is_url(text):
        return _file_source(folder / _expanded(text))
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise BadSource(f"{text} is no address: {error}.", advice="Correct it.") from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise BadSource(
            f"{text} has the scheme {scheme!r}, which Podium does not fetch.",
            advice="Give an address that begins with http:// or https://, or a file.",
        )
    if not parts.hostname:
        raise BadSource(f"{text} is no complete address.", advice="Give the whole address.")
    # yt-dlp is loaded only when there is an address: it takes most of a second.
    from ingest.downloads.ytdlp import archive_key

    address = urldefrag(text).url
    return Source(text, archive_key(text) or address, is_file=False)


def expand(text: str, *, leave_out: Path | None = None) -> list[Path]:
    """The files that a person names: a file, a folder with all below it, or a glob.

    Of a folder, and of a glob that names no suffix, only recordings are taken. What exists under
    the very name is never a glob. Hidden files and folders, links to folders, downloads in work,
    and what is below the folder ``leave_out`` (the archive's own) are left out. In natural order:
    talk2 comes before talk10. Raises NotFound or BadSource where there is nothing.
    """
    if not _MAGIC.search(text) or _exists(_expanded(text)):
        path = existing_path(text)
        return media_files(path, leave_out=leave_out) if os.path.isdir(path) else [path]
    pattern = _expanded(text)
    exact = _MAGIC.search(pattern.suffix) is None and pattern.suffix != ""
    found: dict[Path, None] = {}
    for path in _matching(Path(pattern.anchor), pattern.relative_to(pattern.anchor).parts):
        if os.path.isdir(path):
            found |= dict.fromkeys(_recordings_below(path))
        elif os.path.isfile(path) and not in_work(path.name) and (exact or is_recording(path.name)):
            found[path] = None
    found = dict.fromkeys(_outside(found, leave_out))
    if not found:
        raise NotFound(
            f"Nothing here fits the pattern {text!r}.",
            advice="Quote it ('talks/*.mp4'); ** stands for folders at any depth.",
        )
    return sorted(found, key=natural_order)


def media_files(folder: Path, *, leave_out: Path | None = None) -> list[Path]:
    """The recordings in a folder and in those below it, in natural order.

    Those below ``leave_out`` are not among them. Raises BadSource where there are none, or the
    folder cannot be read.
    """
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise BadSource(f"{folder} cannot be read: {error.strerror}.") from error
    found = sorted(_outside(_recordings_below(folder), leave_out), key=natural_order)
    if not found:
        raise BadSource(
            f"There are no audio or video files in {folder}.", advice="Name another folder."
        )
    return found


def _outside(paths: Iterable[Path], folder: Path | None) -> Iterator[Path]:
    """The paths that are not below a folder, however either is written."""
    inside = None if folder is None else os.path.join(os.path.realpath(folder), "")
    return (p for p in paths if inside is None or not os.path.realpath(p).startswith(inside))


def walk(folder: Path, *, leave_out: Path | None = None) -> Iterator[tuple[Path, list[str]]]:
    """A folder and each below it, with the names of its files; unreadable ones are passed over.

    Hidden files and folders are left out, and the folder ``leave_out``; links to folders are not
    followed.
    """
    for top, folders, files in os.walk(folder):
        here = Path(top)
        folders[:] = [name for name in folders if name[0] != "." and here / name != leave_out]
        yield here, [name for name in files if name[0] != "."]


def is_recording(name: str) -> bool:
    """Whether a file of that name, found in a folder, is taken for a complete recording."""
    suffix = os.path.splitext(name)[1].lower()
    return suffix in MEDIA_SUFFIXES and name[0] not in ".~" and not in_work(name)


def in_work(name: str) -> bool:
    """Whether a file has the name of a download or a copy that is not finished."""
    suffix = os.path.splitext(name)[1].lower()
    unfinished = suffix in _PARTIAL_SUFFIXES or name.endswith("~") or ".part-Frag" in name
    return unfinished or _IN_WORK.fullmatch(name) is not None


def natural_order(path: Path) -> tuple[tuple[str | int, ...], str]:
    """A key for sorting by which numbers in names count as numbers."""
    parts = re.split(r"(\d+)", str(path).casefold())
    # Texts and numbers alternate, so that like is always compared with like.
    return tuple(int(part) if n % 2 else part for n, part in enumerate(parts)), str(path)


def existing_path(text: str) -> Path:
    """The path a person named; raises NotFound when nothing is there."""
    path = _expanded(text)
    if not _exists(path):
        raise NotFound(
            f"There is no file or folder {text!r}.",
            advice="Check the spelling, or give an address with http:// or https://.",
        )
    return path


def _file_source(path: Path) -> Source:
    try:
        # Other than Path.resolve, this names a loop of links instead of raising.
        resolved = os.path.realpath(path)
        resolved.encode()
    except ValueError as error:
        # A NUL, or bytes that are no text.
        raise BadSource(
            f"The name {str(path)!a} is not UTF-8 text.", advice="Rename the file."
        ) from error
    return Source(resolved, resolved, is_file=True)


def _expanded(text: str) -> Path:
    # Other than Path.expanduser, this leaves the name of an unknown person as it stands.
    return Path(os.path.expanduser(text))


def _exists(path: Path) -> bool:
    # Other than Path.exists, this is False for names that are too long, and for loops.
    return os.path.exists(path)


def _recordings_below(folder: Path) -> Iterable[Path]:
    for here, names in walk(folder):
        for name in names:
            if is_recording(name) and os.path.isfile(here / name):
                yield here / name


def _matching(folder: Path, pattern: tuple[str, ...]) -> Iterator[Path]:
    """What fits a pattern, part by part.

    The standard library's ``**`` follows links to folders, and so does not end where they run in
    a circle.
    """
    if not pattern:
        yield folder
        return
    part, rest = pattern[0], pattern[1:]
    if part == "**" == (rest or ("",))[0]:
        yield from _matching(folder, rest)
    elif part == "**":
        for here, names in walk(folder):
            yield from _matching(here, rest) if rest else (here / name for name in names)
    elif _MAGIC.search(part):
        for name in _names(folder):
            if fnmatchcase(name, part) and (name[0] != "." or part[0] == "."):
                yield from _matching(folder / name, rest)
    elif _exists(folder / part):
        yield from _matching(folder / part, rest)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
