"""The known ways in which a download fails: told apart, and each with its advice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yt_dlp
from loopback import Loopback, Status, loopback
from yt_dlp.networking.exceptions import CertificateVerifyError, IncompleteRead, TransportError
from yt_dlp.utils import (
    ContentTooShortError,
    DownloadError,
    ExtractorError,
    GeoRestrictedError,
    UnavailableVideoError,
    UnsupportedError,
    UserNotLive,
)

from archive.errors import (
    DiskFull,
    DownloadRefused,
    GaveUp,
    NetworkFailed,
    PodiumError,
    TryLater,
)
from ingest.downloads import ytdlp
from ingest.downloads.failure_texts import GOT_ERROR, RUNTIME_MISSING, TEXTS, Kind
from ingest.downloads.failures import Fault, PassingFailure, error_for

__all__ = ["loopback"]

ADDRESS = "https://talks.example/watch?v=members-only-private-video"


def _raised(error: BaseException, folder: Path | None = None) -> PodiumError:
    """What the door makes of an exception raised inside yt-dlp."""
    options = {"paths": {"home": str(folder)}} if folder else None
    with pytest.raises(PodiumError) as caught, ytdlp._opened(ytdlp.Limits(ADDRESS), None, options):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


def _from_extractor(text: str) -> PodiumError:
    """As YoutubeDL.report_error wraps an extractor's error."""
    inner = ExtractorError(text, expected=True, video_id="abc", ie="youtube")
    return _raised(DownloadError(f"ERROR: {inner}", (type(inner), inner, None)))


def test_every_text_of_ytdlp_still_stands_in_the_installed_version() -> None:
    folder = Path(yt_dlp.__file__).parent
    # Texts that the source breaks over lines are compared without quotes and line breaks.
    source = "".join(
        re.sub(r"['\"]\s*\n\s*f?['\"]", "", path.read_text(encoding="utf-8")).casefold()
        for path in sorted(folder.rglob("*.py"))
        if path.name != "lazy_extractors.py"
    )
    texts = [text for _, of_ytdlp, _ in TEXTS for text in of_ytdlp]
    gone = [t for t in [*texts, RUNTIME_MISSING, GOT_ERROR] if t.casefold() not in source]
    assert gone == []


@pytest.mark.parametrize(
    ("said", "sentence", "advice"),
    [
        (
            "Private video. Sign in if you've been granted it",
            "private or was removed",
            "--talk",
        ),
        ("Video unavailable. This video has been removed by the uploader", "removed", "--talk"),
        ("Video unavailable. This video is no longer available", "removed", "--talk"),
        (
            "This video is only available for registered users. Use --cookies, "
            "--cookies-from-browser, --username and --password to provide account credentials",
            "only after a sign-in (This video is only available for registered users)",
            "--cookies FILE",
        ),
        ("Sign in to confirm your age. This video may be inappropriate", "age limit", "--cookies"),
        (
            "Sign in to confirm you’re not a bot. Use --cookies-from-browser or --cookies for the "
            "authentication. See  https://github.com/x  for how to manually pass cookies",
            "proof that a person is asking (Sign in to confirm you’re not a bot)",
            "--cookies FILE",
        ),
        (
            "Got HTTP Error 403 caused by Cloudflare anti-bot challenge; see  http",
            "person",
            "",
        ),
        (
            "Video unavailable. This content isn't available, try again later. The current session "
            "has been rate-limited by YouTube for up to an hour",
            "asked too often",
            "Wait an hour",
        ),
        (
            "Video unavailable. The uploader has not made this video available in your country",
            "not offered in this country",
            "--talk",
        ),
        ("Join this channel to get access to members-only content", "paying members", "--cookies"),
        ("This video requires payment to watch", "paying members", "--cookies"),
        ("This video is DRM protected", "protected against copying", "--talk"),
        ("Premieres in 6 hours", "has not begun yet (Premieres in 6 hours)", "podium retry"),
        ("This live event will begin in 2 days.", "has not begun yet", "podium retry"),
        ("ffmpeg not found. Please install or provide the path", "needs the program ffmpeg", "apt"),
        ("Requested format is not available. Use --list-formats", "over http", "pip install -U"),
        (
            "Unable to extract player JS URL; please report this issue",
            "could not be",
            "pip install",
        ),
    ],
)
def test_what_a_site_says_is_told_apart(said: str, sentence: str, advice: str) -> None:
    error = _from_extractor(said)
    assert error.message.startswith(ADDRESS)
    assert sentence in error.message
    assert advice in error.advice
    assert "please report" not in error.message
    assert not isinstance(error, PassingFailure)


@pytest.mark.parametrize(
    ("error", "wanted", "sentence"),
    [
        (UnsupportedError(ADDRESS), DownloadRefused, "page without a video"),
        (GeoRestrictedError("Not here", countries=["DE"]), DownloadRefused, "in this country"),
        (UserNotLive(video_id="x"), TryLater, "has not begun yet"),
        (ContentTooShortError(10, 20), NetworkFailed, "broke off"),
        (IncompleteRead(10, 20), NetworkFailed, "broke off"),
        (TransportError("Read timed out"), NetworkFailed, "did not answer (Read timed out)"),
        (CertificateVerifyError("expired"), DownloadRefused, "certificate"),
        (DownloadError(f"ERROR: \r{GOT_ERROR} Read timed out"), NetworkFailed, "Read timed out"),
        (TimeoutError("timed out"), NetworkFailed, "did not answer"),
        (ConnectionResetError("reset"), NetworkFailed, "did not answer"),
        (KeyError("playerResponse"), DownloadRefused, "could not be fetched"),
        (PermissionError(13, "Permission denied"), DownloadRefused, "Permission denied"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_exceptions_of_ytdlp_become_errors_for_people(
    error: BaseException, wanted: type[PodiumError], sentence: str
) -> None:
    met = _raised(error)
    assert isinstance(met, wanted)
    assert sentence in met.message


def test_a_full_disk_is_known_wherever_ytdlp_wrapped_it(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    wrapped = DownloadError("ERROR: unable to write data", (OSError, full, None))
    try:
        try:
            raise full
        except OSError:
            raise UnavailableVideoError(full)  # noqa: B904 - as yt-dlp does
    except UnavailableVideoError as error:
        unavailable = error
    for met in (full, wrapped, unavailable):
        error = _raised(met, tmp_path)
        assert isinstance(error, DiskFull)
        assert str(tmp_path) in error.message


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_sentence_and_advice_that_ends_at_the_doctor(kind: Kind) -> None:
    error = error_for(Fault(ADDRESS, "[youtube] abc: Something odd", kind, 403, figure="3.0 GB"))
    assert error.message.startswith(ADDRESS)
    assert error.message.endswith(".")
    assert "{" not in error.message
    assert error.advice.endswith("`podium doctor` checks this machine.")
    assert isinstance(error, GaveUp | TryLater)


def test_sentences_differ_so_that_nobody_takes_one_for_another() -> None:
    said = {error_for(Fault(ADDRESS, kind=kind, status=1)).message for kind in Kind}
    assert len(said) == len(Kind)


@pytest.mark.parametrize(
    ("status", "wanted", "passing"),
    [
        (401, DownloadRefused, False),
        (403, DownloadRefused, True),
        (404, DownloadRefused, False),
        (410, DownloadRefused, False),
        (418, DownloadRefused, False),
        (429, NetworkFailed, True),
        (500, NetworkFailed, True),
        (503, NetworkFailed, True),
    ],
)
def test_an_answer_says_whether_another_try_may_help(
    loopback: Loopback, status: int, wanted: type[PodiumError], passing: bool
) -> None:
    address = loopback.play("/a.mp4", Status(status, {"Retry-After": "7"}))
    with pytest.raises(wanted) as caught:
        ytdlp.describe(address)
    assert isinstance(caught.value, PassingFailure) is passing
    if isinstance(caught.value, PassingFailure):
        assert caught.value.happened == f"answered {status}"
        assert caught.value.retry_after_s == 7
    assert len(loopback.asked) == 1


def test_words_in_the_address_say_nothing_of_the_failure() -> None:
    error = error_for(Fault(ADDRESS, f"Unable to download {ADDRESS}", status=404))
    assert "answered 404" in error.message


def test_a_missing_javascript_runtime_explains_what_it_causes() -> None:
    for fault in (
        Fault(ADDRESS, "Requested format is not available", runtime_missing=True),
        Fault(ADDRESS, "HTTP Error 403: Forbidden", status=403, runtime_missing=True),
    ):
        error = error_for(fault)
        assert "without a JavaScript runtime" in error.message
        for name in ("Deno", "Node", "pip install 'yt-dlp[default,deno]'"):
            assert name in error.advice
    private = error_for(Fault(ADDRESS, "Private video", runtime_missing=True))
    assert "private" in private.message


def test_the_door_hears_the_warning_of_a_missing_runtime() -> None:
    with ytdlp._opened(ytdlp.Limits(ADDRESS), None) as site:
        site.report_warning(f"[youtube] {RUNTIME_MISSING}. Only deno is enabled by default")
        failed = ExtractorError("Requested format is not available", expected=True)
        assert "without a JavaScript runtime" in ytdlp._meaning(failed, site, None).message


def test_what_was_said_is_kept_short() -> None:
    assert len(error_for(Fault(ADDRESS, "x " * 5000)).message) < len(ADDRESS) + 300
