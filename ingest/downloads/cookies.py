"""A file of cookies, as browsers' extensions save it, checked before it is used."""

from __future__ import annotations

import re
from pathlib import Path

from archive.errors import BadSetting

_HEADER = re.compile(r"#( Netscape)? HTTP Cookie File")
_FIELDS = 7
_HTTP_ONLY = "#HttpOnly_"
_ADVICE = "Save it anew from the browser, in Netscape format (cookies.txt), for --cookies."


def read_cookies(path: Path) -> str:
    """The text of a cookie file in Netscape format.

    Raises BadSetting, naming file and line, where it cannot be read or is in another format.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadSetting(
            f"The cookie file {path} cannot be read: {error.strerror}.", advice=_ADVICE
        ) from error
    except UnicodeDecodeError as error:
        raise BadSetting(f"The cookie file {path} is no text.", advice=_ADVICE) from error
    lines = text.splitlines()
    if not lines or not _HEADER.match(lines[0]):
        raise BadSetting(
            f"The cookie file {path} does not begin with '# Netscape HTTP Cookie File'.",
            advice=_ADVICE,
        )
    for number, line in enumerate(lines, start=1):
        if not line.strip() or (line[0] == "#" and not line.startswith(_HTTP_ONLY)):
            continue
        if line.count("\t") != _FIELDS - 1:
            raise BadSetting(
                f"The cookie file {path}, line {number}, is no cookie of {_FIELDS} fields parted "
                "by tabs.",
                advice=_ADVICE,
            )
    return text
