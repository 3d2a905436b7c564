"""The JavaScript runtimes that yt-dlp can use for YouTube's player: where they are, how new."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig

# In the order in which yt-dlp prefers them, with the oldest version that it takes. Deno keeps
# what it runs from files and network. A test compares the versions with yt-dlp's own.
OLDEST: dict[str, tuple[int, ...]] = {"deno": (2, 3, 0), "node": (22, 0, 0)}
_VERSION = re.compile(r"^(?:deno |v)(\d+(?:\.\d+)*)", re.MULTILINE)
_PATIENCE_S = 10


def find_runtimes() -> dict[str, str]:
    """Name → path of each runtime that is installed, the preferred one first.

    The folder of this Python's commands comes first: pip puts Deno there, and it is not on PATH
    where Podium runs without its environment being activated.
    """
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    found = {name: shutil.which(name, path=path) for name in OLDEST}
    return {name: place for name, place in found.items() if place}


def usable_runtime() -> str | None:
    """The runtime that yt-dlp will use, as ``deno 2.9.8``; None where none is new enough."""
    for name, place in find_runtimes().items():
        version = version_of(place)
        if version and tuple(map(int, version.split("."))) >= OLDEST[name]:
            return f"{name} {version}"
    return None


def version_of(program: str) -> str:
    """What a runtime says its version is, or "" where it cannot be run."""
    try:
        # The program is one that ``shutil.which`` found under a name of the table above.
        said = subprocess.run(  # noqa: S603
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = _VERSION.search(said.stdout)
    return match[1] if match else ""
