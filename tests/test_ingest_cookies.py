"""Cookie files: taken as browsers save them, and faults named with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import BadSetting
from ingest.downloads.cookies import read_cookies

HEADER = "# Netscape HTTP Cookie File\n"
COOKIE = ".talks.example\tTRUE\t/\tTRUE\t0\tsession\tsecret\n"


@pytest.mark.parametrize(
    "text",
    [
        HEADER,
        HEADER + COOKIE,
        "# HTTP Cookie File\n# a remark\n\n" + COOKIE + "#HttpOnly_" + COOKIE,
        (HEADER + COOKIE).replace("\n", "\r\n"),
    ],
)
def test_a_cookie_file_is_taken_as_browsers_save_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cookies.txt"
    file.write_bytes(text.encode())
    assert "session" in read_cookies(file) or COOKIE not in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not begin with"),
        (b'[{"domain": ".talks.example"}]', "does not begin with"),
        (HEADER.encode() + b"\n" + COOKIE.encode() + b"a b c\n", "line 4"),
        (HEADER.encode() + b"#HttpOnly_a\tb\n", "line 2"),
        (b"\xff\xfe\x00", "is no text"),
    ],
)
def test_another_file_is_refused_with_the_place_of_its_fault(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "cookies.txt"
    file.write_bytes(content)
    with pytest.raises(BadSetting, match=said) as caught:
        read_cookies(file)
    assert str(file) in caught.value.message
    assert "--cookies" in caught.value.advice
    assert "secret" not in str(caught.value)


def test_a_cookie_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for place in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(BadSetting, match="cannot be read"):
            read_cookies(place)
