"""What a person may point at: a manifest, an address, a file or a folder, and its identity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from archive.errors import BadSource, NotFound

# Files that a folder is searched for. A file that is named itself is probed, whatever its suffix.
_VIDEO = "3gp avi flv m2ts m4v mkv mov mp4 mpeg mpg ogv ts webm wmv"
_SOUND = "aac aif aiff flac m4a mp3 oga ogg opus wav wma"
MEDIA_SUFFIXES = frozenset(f".{name}" for name in f"{_VIDEO} {_SOUND}".split())
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
CAPTION_SUFFIXES = frozenset({".vtt", ".srt"})


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
    http and https.
    """
    if not is_url(text):
        path = Path(text).expanduser()
        path = path if path.is_absolute() else folder / path
        resolved = str(path.resolve())
        return Source(resolved, resolved, is_file=True)
    scheme = urlsplit(text).scheme.lower()
    if scheme not in ("http", "https"):
        raise BadSource(
            f"{text} has the scheme {scheme!r}, which Podium does not fetch.",
            advice="Give an address that begins with http:// or https://, or a file.",
        )
    if not urlsplit(text).hostname:
        raise BadSource(f"{text} is no complete address.", advice="Give the whole address.")
    # yt-dlp is loaded only when there is an address: it takes most of a second.
    from ingest.ytdlp import archive_key

    address = urldefrag(text).url
    return Source(text, archive_key(text) or address, is_file=False)


def media_files(folder: Path) -> list[Path]:
    """The media files of a folder and of those below it, by name.

    Raises BadSource where there are none.
    """
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix.lower() in MEDIA_SUFFIXES and path.name[0] != "."
    )
    if not found:
        raise BadSource(
            f"There are no audio or video files in {folder}.", advice="Name another folder."
        )
    return found


def existing_path(text: str) -> Path:
    """The path a person named; raises NotFound when nothing is there."""
    path = Path(text).expanduser()
    if not path.exists():
        raise NotFound(
            f"There is no file or folder {text!r}.",
            advice="Check the spelling, or give an address with http:// or https://.",
        )
    return path
