"""What a person points at: files, folders, globs, and names that try to confuse."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive.errors import BadSource, NotFound, UserError
from ingest.sources import expand, identify, media_files, natural_order


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _names(paths: list[Path], folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in paths]


def test_a_folder_is_searched_below_and_in_natural_order(tmp_path: Path) -> None:
    _touch(tmp_path, "talk10.mp4", "talk2.mp4", "Talk1.MP4", "day 2/a.webm", "day 10/a.wav")
    assert _names(expand(str(tmp_path)), tmp_path) == [
        "day 2/a.webm",
        "day 10/a.wav",
        "Talk1.MP4",
        "talk2.mp4",
        "talk10.mp4",
    ]


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.mp4",
        ".hidden/a.mp4",
        "a.mp4.part",
        "a.f137.mp4.part-Frag12",
        "a.mp4.ytdl",
        "a.mp4.crdownload",
        "a.mp4.tmp",
        "a.mp4~",
        "~a.mp4",
        "a.f137.mp4",
        "a.f251-drc.webm",
        "a.fhls-1080.mp4",
        "a.temp.mp4",
        "a.txt",
        "a.toml",
    ],
)
def test_of_a_folder_and_a_glob_what_is_hidden_or_in_work_is_left_out(
    tmp_path: Path, name: str
) -> None:
    _touch(tmp_path, name, "lens.f2.mp4")
    assert _names(expand(str(tmp_path)), tmp_path) == ["lens.f2.mp4"]
    assert _names(expand(f"{tmp_path}/**/*"), tmp_path) == ["lens.f2.mp4"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.mp4", ["one.mp4", "two.mp4"]),
        ("t?o.*", ["two.mp4"]),
        ("[a-o]*", ["in/deep/four.mp4", "in/three.mkv", "one.mp4"]),
        ("**/*.mp4", ["in/deep/four.mp4", "one.mp4", "two.mp4"]),
        ("**/**/four*", ["in/deep/four.mp4"]),
        ("**/deep/**/*.mp4", ["in/deep/four.mp4"]),
        ("*/three.mkv", ["in/three.mkv"]),
        ("in/**", ["in/deep/four.mp4", "in/three.mkv"]),
        ("in/../o*.mp4", ["in/../one.mp4"]),
        ("*.toml", ["days.toml"]),
    ],
)
def test_a_quoted_glob_finds_what_the_shell_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, found: list[str]
) -> None:
    _touch(tmp_path, "one.mp4", "two.mp4", "days.toml", "in/three.mkv", "in/deep/four.mp4")
    assert _names(expand(f"{tmp_path}/{pattern}"), tmp_path) == found
    monkeypatch.chdir(tmp_path)
    assert [str(path) for path in expand(pattern)] == found
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _names(expand(f"~/{pattern}"), tmp_path) == found


@pytest.mark.parametrize("name", ["a[1].mp4", "why?.mp4", "best*.mp4", "[x]/a.mp4"])
def test_a_file_whose_very_name_looks_like_a_glob_is_that_file(tmp_path: Path, name: str) -> None:
    _touch(tmp_path, name, "a1.mp4", "whys.mp4", "best of.mp4", "x/a.mp4")
    assert _names(expand(str(tmp_path / name)), tmp_path) == [name]


def test_a_file_that_is_named_is_taken_whatever_it_is(tmp_path: Path) -> None:
    _touch(tmp_path, ".hidden.bin")
    assert expand(str(tmp_path / ".hidden.bin")) == [tmp_path / ".hidden.bin"]


@pytest.mark.parametrize(
    "text",
    [
        "none.mp4",
        "*.mp4",
        "none/*.mp4",
        "**/none",
        "~nobody-here/a.mp4",
        "a" * 5000,
        "[",
        "*" * 999,
    ],
)
def test_where_there_is_nothing_the_name_is_in_the_message(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotFound, match=r"pattern|file or folder") as raised:
        expand(text if text[0] == "~" else f"{tmp_path}/{text}")
    assert raised.value.advice


def test_an_empty_folder_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="no audio or video"):
        expand(str(tmp_path))


def test_links_that_run_in_a_circle_end(tmp_path: Path) -> None:
    _touch(tmp_path, "in/a.mp4")
    for name in ("in/up", "in/again", "in/more"):
        (tmp_path / name).symlink_to(tmp_path)
    (tmp_path / "self.mp4").symlink_to(tmp_path / "self.mp4")
    (tmp_path / "gone.mp4").symlink_to(tmp_path / "nowhere.mp4")
    assert _names(media_files(tmp_path), tmp_path) == ["in/a.mp4"]
    assert _names(expand(f"{tmp_path}/**/*.mp4"), tmp_path) == ["in/a.mp4"]
    assert identify(str(tmp_path / "self.mp4"), tmp_path).is_file


@pytest.mark.parametrize(
    "text",
    ["a\0b.mp4", "a\udcff.mp4", "http://[x", "ftp://example.org/a", "https://", "https://:1"],
)
def test_a_name_that_cannot_be_a_source_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as raised:
        identify(text, tmp_path)
    raised.value.message.encode()


def test_the_identity_of_a_file_does_not_hang_on_how_it_is_named(tmp_path: Path) -> None:
    _touch(tmp_path, "in/a.mp4")
    (tmp_path / "link.mp4").symlink_to("in/a.mp4")
    keys = {identify(t, tmp_path).key for t in ("in/a.mp4", "in/../in/a.mp4", "link.mp4")}
    assert keys == {os.path.realpath(tmp_path / "in" / "a.mp4")}


def test_natural_order_is_total() -> None:
    paths = [Path(p) for p in ("a02", "a2", "A2", "a", "2", "٣", "a2b10", "a2b9", "")]
    backwards = paths[::-1]
    ordered = sorted(paths, key=natural_order)
    assert ordered == sorted(backwards, key=natural_order)
    assert ordered.index(Path("a2b9")) < ordered.index(Path("a2b10"))
