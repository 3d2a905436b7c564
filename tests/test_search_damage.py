"""Files of the index damaged at random: always noticed, never answered with wrong hits, mended."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Run
from search_seed import asking, places, quoted, segment

from archive.catalog import Catalog
from archive.errors import IndexBroken
from archive.programme import TalkEntry, save_programme
from archive.removing import remove_talk
from archive.settings import Settings, load_settings
from archive.work.captions import save_captions
from ingest.workshop import Workshop
from search.documents import talk_document
from search.engine.memory_index import MemoryIndex
from search.index import Found
from search.indexing import check, update
from search.opening import CurrentIndex, open_index
from web.app import create_app
from web.site import EXTENSION

WORDS = ("sea", "tide", "moon", "of", "the", "and", "light", "wave", "ebb", "stone", "river")
REQUESTS = (
    asking("tide"),
    asking("river"),
    asking("sea", "moon"),
    asking("sea", "moon", "stone", "ebb"),
    asking(quoted("of the")),
    asking(quoted("the tide of")),
    asking("light", excluded=[("wave",)]),
    asking("nowhere"),
    asking("harbours", "talk"),
)
TRIALS = 120


@dataclass(frozen=True)
class Archive:
    """An archive with an index of several commits, and what the twin answers on its talks."""

    home: Path
    right: list[object]
    indexed: dict[int, int]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    home = tmp_path_factory.mktemp("damage") / "home"
    catalog = Catalog.open(load_settings(home=home))
    index = open_index(home)
    chosen = random.Random(5)
    for number in range(9):
        slug = f"harbours-{number}"
        entry = TalkEntry(f"A talk on harbours {number}", slug=slug)
        (talk,) = save_programme(catalog, None, [entry]).talk_ids
        text = " ".join(chosen.choices(WORDS, k=400))
        save_captions(catalog, talk, [segment(text)], language="en", file="a.vtt")
        if number % 3 != 1:
            update(catalog, index)
    remove_talk(catalog, 3)
    save_captions(catalog, 4, [segment("the tide of stone")], language="en", file="a.vtt")
    update(catalog, index)
    twin = MemoryIndex()
    twin.replace([talk_document(t, None, catalog.transcripts(t.id)) for t in catalog.talks()])
    # What the commit before still has is in nobody's way, and nobody's loss.
    named = {f"{talk.id}-{talk.revision}" for talk in catalog.talks()}
    for file in home.glob("index/*/talks/*"):
        if file.name.rpartition("-")[0] not in named:
            file.unlink()
    index.close()
    catalog.close()
    return Archive(home, [_plain(twin.search(request)) for request in REQUESTS], twin.indexed())


def _plain(found: Found) -> object:
    matches = [(m.talk_id, m.full, m.occurrences, round(m.score, 6)) for m in found.matches]
    return matches, {talk: places(one) for talk, one in found.evidence.items()}, found.contents


def _answers(index: CurrentIndex, archive: Archive, *, most: int = len(REQUESTS)) -> int:
    """How many requests are answered, all of them rightly; the others are refused."""
    answered = 0
    for request, right in zip(REQUESTS[:most], archive.right, strict=False):
        try:
            found = index.search(request)
        except IndexBroken:
            continue
        assert _plain(found) == right
        answered += 1
    try:
        assert index.vocabulary().frequency("tide") >= len(archive.indexed)
        assert index.indexed() == archive.indexed
    except IndexBroken:
        answered = min(answered, most - 1)
    return answered


def _cut(file: Path, chosen: random.Random) -> None:
    with file.open("r+b") as handle:
        handle.truncate(chosen.randrange(file.stat().st_size))


def _flip(file: Path, chosen: random.Random) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(chosen.choice((1, 1, 2, 30))):
        content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
    # Two flips of one bit would leave the file as it was.
    content[0] ^= content == file.read_bytes()
    # As a decaying disk does it: in place, with the size and the time as they were.
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    with file.open("r+b") as handle:
        handle.write(content)
    os.utime(file, ns=times)


def _zero(file: Path, chosen: random.Random) -> None:
    content = bytearray(file.read_bytes())
    first = chosen.randrange(len(content))
    length = chosen.choice((1, 8, len(content)))
    content[first : first + length] = bytes(len(content[first : first + length]))
    content[0] ^= content == file.read_bytes()
    file.write_bytes(content)


def _delete(file: Path, chosen: random.Random) -> None:
    file.unlink()


def _append(file: Path, chosen: random.Random) -> None:
    with file.open("ab") as handle:
        handle.write(chosen.randbytes(chosen.choice((1, 100, 40_000))))


def _swap(file: Path, chosen: random.Random) -> None:
    others = [path for path in file.parent.iterdir() if path.is_file() and path != file]
    others = [path for path in others if path.read_bytes() not in (b"", file.read_bytes())]
    # The file that names the index has no file like itself beside it.
    if not others:
        _delete(file, chosen)
        return
    other, between = chosen.choice(others), file.with_name("between")
    file.rename(between)
    other.rename(file)
    between.rename(other)


DAMAGES: Sequence[Callable[[Path, random.Random], None]] = (
    _cut, _flip, _flip, _zero, _delete, _append, _swap,
)  # fmt: skip


def _damage(home: Path, seed: int) -> str:
    chosen = random.Random(seed)
    files = sorted(path for path in (home / "index").rglob("*") if path.is_file())
    files = [path for path in files if path.stat().st_size]
    # Each kind of file as often as another, however many there are of it.
    kinds = sorted({path.suffix or path.name for path in files})
    kind = kinds[seed % len(kinds)]
    file = chosen.choice([path for path in files if (path.suffix or path.name) == kind])
    damage = chosen.choice(DAMAGES)
    damage(file, chosen)
    return f"{damage.__name__} {file.name}"


@contextmanager
def _opened(home: Path) -> Iterator[CurrentIndex]:
    index = open_index(home)
    try:
        yield index
    finally:
        index.close()


def _is_noticed(catalog: Catalog, index: CurrentIndex) -> bool:
    try:
        return bool(check(catalog, index))
    except IndexBroken:
        return True


@pytest.mark.parametrize("first", range(0, TRIALS, 20))
def test_damage_is_noticed_and_mended_and_never_answered_wrongly(
    archive: Archive, tmp_path: Path, first: int
) -> None:
    for seed in range(first, first + 20):
        home = tmp_path / f"home-{seed}"
        shutil.copytree(archive.home, home)
        catalog = Catalog.open(load_settings(home=home))
        try:
            # Half of the trials find the index open and partly read.
            with _opened(home) as index:
                if seed % 2:
                    assert _answers(index, archive, most=4) == 4
                what = _damage(home, seed)
                _answers(index, archive)
                with _opened(home) as fresh:
                    _answers(fresh, archive)
                    assert _is_noticed(catalog, fresh), (seed, what)
            with Workshop.opened(load_settings(home=home)) as shop:
                shop.index_now()
                assert check(catalog, shop.index) == [], (seed, what)
                assert isinstance(shop.index, CurrentIndex)
                assert _answers(shop.index, archive) == len(REQUESTS), (seed, what)
        finally:
            catalog.close()
        shutil.rmtree(home)


def test_the_site_answers_rightly_or_503_and_its_pages_go_on(
    archive: Archive, tmp_path: Path
) -> None:
    refused = 0
    for seed in range(1000, 1030):
        home = tmp_path / f"home-{seed}"
        shutil.copytree(archive.home, home)
        app = create_app(load_settings(home=home))
        client = app.test_client()
        if seed % 2:
            assert client.get("/api/v1/search?q=light").status_code == 200
        what = _damage(home, seed)
        for path in ("/api/v1/search?q=tide+moon", "/search?q=%22of+the%22"):
            answer = client.get(path)
            assert answer.status_code in (200, 503), (seed, what)
            refused += answer.status_code == 503
            if answer.status_code == 200 and answer.is_json:
                assert answer.get_json()["totals"]["talks"] == 7, (seed, what)
            elif answer.status_code == 503:
                assert b"rebuilt" in answer.data
        assert client.get("/talks/harbours-1").status_code == 200
        assert client.get("/").status_code == 200
        app.extensions[EXTENSION].close()
    assert refused > 10


def test_check_names_the_damaged_file_and_repairs_it(
    archive: Archive, settings: Settings, podium: Run
) -> None:
    shutil.copytree(archive.home, settings.home)
    file = max(settings.home.glob("index/*/*.pst"), key=lambda path: path.stat().st_size)
    _flip(file, random.Random(3))
    code, out, _ = podium("check")
    assert (code, file.name in out) == (1, True)
    assert podium("check", "--repair")[0] == 0
    assert podium("check")[0] == 0
    (aside,) = settings.home.glob("index/damaged-*")
    assert (aside / file.name).is_file()
