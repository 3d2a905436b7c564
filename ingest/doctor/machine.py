"""What is examined of the machine: programs, packages, models and room on the disks.

Each check takes the settings and gives one Finding. None loads a speech engine or asks anything
of the network.
"""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from archive.errors import ModelMissing
from archive.hosts import is_loopback
from archive.settings import Settings
from ingest.doctor.finding import Finding, counted, fault, good, warning
from ingest.downloads.cookies import read_cookies
from ingest.downloads.javascript import usable_runtime
from transcribe.engines import ENGINES
from transcribe.models import (
    Model,
    choose_model,
    expected_speed,
    present_models,
    usable_cores,
)
from transcribe.voice_model import lacking

_UPDATE_YT_DLP = "pip install -U 'yt-dlp[default,deno]'"
# Sites change monthly; an older yt-dlp no longer understands some of them.
_OLD_DAYS = 60
_LITTLE_ROOM = 5_000_000_000
_NO_ROOM = 500_000_000
_ANSWER_WAIT_S = 5.0


def python(_settings: Settings) -> Finding:
    return good(f"{platform.python_version()} in {sys.prefix}")


def podium(_settings: Settings) -> Finding:
    return good(_installed("podium") or "run from its source")


def yt_dlp(_settings: Settings) -> Finding:
    try:
        from ingest.downloads.ytdlp import released_on, version

        return age_of_yt_dlp(version(), released_on(), datetime.now(UTC).date())
    except ImportError:
        return fault("cannot be loaded, so nothing can be downloaded", _UPDATE_YT_DLP)
    except ValueError:
        return warning("its version names no day of release", _UPDATE_YT_DLP)


def age_of_yt_dlp(version: str, released: date, today: date) -> Finding:
    """Whether a version of yt-dlp is young enough for sites as they are ``today``."""
    days = max(0, (today - released).days)
    value = f"{version}, {counted(days, 'day')} old"
    if days > _OLD_DAYS:
        return warning(f"{value}; sites change monthly", _UPDATE_YT_DLP)
    return good(value)


def javascript(_settings: Settings) -> Finding:
    found = usable_runtime()
    if found is None:
        return warning("none that yt-dlp takes; YouTube asks for one", _UPDATE_YT_DLP)
    return good(found)


def solver(_settings: Settings) -> Finding:
    """The scripts that yt-dlp runs in the JavaScript runtime; it takes one version of them."""
    version = _installed("yt-dlp-ejs")
    if version is None:
        return warning("not installed; YouTube asks for it", _UPDATE_YT_DLP)
    asked = [re.match(r"yt-dlp-ejs==([^\s;]+)", line) for line in _requirements("yt-dlp")]
    wanted = {match[1] for match in asked if match}
    if wanted and version not in wanted:
        return warning(f"{version}; yt-dlp takes only {', '.join(wanted)}", _UPDATE_YT_DLP)
    return good(version)


def ffmpeg(_settings: Settings) -> Finding:
    path = shutil.which("ffmpeg")
    mend = "brew install ffmpeg" if sys.platform == "darwin" else "apt-get install ffmpeg"
    if path is None:
        return warning("missing; sites that send picture and sound apart give less", mend)
    found = re.match(r"ffmpeg version (\S+)", _answer(path, "-version"))
    if not found:
        return warning(f"{path} does not run", mend)
    return good(f"{found[1]} ({path})")


def engine(name: str, settings: Settings) -> Finding:
    version, chosen = _installed(name), settings.engine == name
    if version is not None:
        return good(f"{version}, the one in use" if chosen else version)
    if chosen:
        return fault("not installed, and the settings choose it", f"pip install {name}")
    return good("not installed; the settings choose another")


def models(settings: Settings) -> Finding:
    present = present_models(settings.model_dir)
    damaged = [model for model in present if model.fault]
    if damaged:
        mend = f"rm -r {shlex.quote(str(damaged[0].path))}; podium models fetch {damaged[0].name}"
        return fault(" ".join(model.fault for model in damaged), mend)
    if not present:
        return fault(f"none in {settings.model_dir}", "podium models fetch base")
    return good(", ".join(f"{m.name} ({_kind(m)})" for m in present))


def model_in_use(settings: Settings) -> Finding:
    try:
        model = choose_model(settings.model, settings.model_dir)
    except ModelMissing as error:
        return _english_only(settings, error)
    return _with_speed(model, settings)


def room(folder_of: Callable[[Settings], Path], settings: Settings) -> Finding:
    """Room on the disk where a folder is or would be."""
    folder = folder_of(settings)
    return about_room(shutil.disk_usage(nearest(folder)).free, folder)


def about_room(free_bytes: int, folder: Path) -> Finding:
    """Whether that much is enough to work in a folder."""
    value = f"{free_bytes / 1e9:.1f} GB free for {folder}"
    if free_bytes < _NO_ROOM:
        return fault(value, "Make room, or choose another folder")
    if free_bytes < _LITTLE_ROOM:
        return warning(f"{value}; an hour of video takes about 1 GB", "Make room")
    return good(value)


def voices(settings: Settings) -> Finding:
    package = lacking(settings.model_dir)
    if package:
        # Nobody who archives single talks misses it.
        return good(f"not told apart: {package} is not installed (podium[speakers])")
    return good("can be told apart in recordings of several speakers")


def cookies(settings: Settings) -> Finding:
    file = settings.cookies
    if file is None:
        return good("none set")
    read_cookies(file)
    mode = file.stat().st_mode
    if mode & 0o077:
        return warning(f"{file} can be read by others", f"chmod 600 {shlex.quote(str(file))}")
    return good(str(file))


def exposure(settings: Settings) -> Finding:
    host = settings.host
    if is_loopback(host):
        return good(f"{host}: this machine only")
    return warning(
        f"{host}: other machines reach the site, which asks nobody for a password",
        "Leave the setting host out, or put a server that asks for a password before it",
    )


MACHINE: Mapping[str, Callable[[Settings], Finding]] = {
    "Python": python,
    "Podium": podium,
    "yt-dlp": yt_dlp,
    "JavaScript runtime": javascript,
    "yt-dlp-ejs": solver,
    "ffmpeg": ffmpeg,
    **{name: partial(engine, name) for name in ENGINES},
    "models": models,
    "model in use": model_in_use,
    "voices": voices,
    "cookies": cookies,
    "site": exposure,
    "disk of the home": partial(room, lambda settings: settings.home),
    "disk of the models": partial(room, lambda settings: settings.model_dir),
}


def nearest(path: Path) -> Path:
    """The path itself, or the folder above it that is there and can be looked at."""
    for folder in (path, *path.parents):
        try:
            folder.stat()
        except OSError:
            continue
        return folder
    return Path(path.anchor)


def _installed(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _requirements(package: str) -> list[str]:
    try:
        return importlib.metadata.requires(package) or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _answer(program: str, *arguments: str) -> str:
    """What a program prints, or "" where it does not run or does not end."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of this machine with fixed arguments
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_ANSWER_WAIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace")


def _kind(model: Model) -> str:
    return "verified" if model.verified else "an own model"


def _english_only(settings: Settings, error: ModelMissing) -> Finding:
    try:
        model = choose_model(settings.model, settings.model_dir, language="en")
    except ModelMissing:
        return fault(error.message, error.advice)
    return warning(f"{model.name}, which hears only English", "podium models fetch base")


def _with_speed(model: Model, settings: Settings) -> Finding:
    if model.known is None or settings.device == "cuda":
        return good(model.name)
    speed = expected_speed(model.known)
    value = f"{model.name}, about {speed:.1f} × real time on {counted(usable_cores(), 'core')}"
    if speed < 1:
        return warning(f"{value}: slower than speech", "podium models (lists faster ones)")
    return good(value)
