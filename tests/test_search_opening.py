"""Where the index lies: first use, rebuilding, switching, damage; and keeping in step."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from search_seed import asking, document, segment

from archive.catalog import Catalog
from archive.errors import IndexBroken
from archive.programme import TalkEntry, save_programme
from archive.types import State
from archive.work.captions import save_captions
from search.indexing import check, reindex, update
from search.opening import CurrentIndex, open_index, rebuild


@pytest.fixture
def index(tmp_path: Path) -> Iterator[CurrentIndex]:
    opened = open_index(tmp_path)
    yield opened
    opened.close()


def _found(index: CurrentIndex, word: str) -> list[int]:
    return sorted(match.talk_id for match in index.search(asking(word)).matches)


def _folder(home: Path) -> Path:
    return home / "index" / (home / "index" / "current").read_text().split()[0]


def _damage(home: Path) -> None:
    for path in _folder(home).glob("*.trm"):
        path.write_bytes(b"")


def test_an_archive_without_an_index_gets_an_empty_one(index: CurrentIndex) -> None:
    assert _found(index, "tide") == []


def test_a_rebuilt_index_takes_over_while_the_old_one_is_open(
    index: CurrentIndex, tmp_path: Path
) -> None:
    index.replace([document(1, "tide")])
    assert _found(index, "tide") == [1]
    assert rebuild(tmp_path, [[document(2, "tide")], [document(3, "tide")]]) == 2
    assert _found(index, "tide") == [2, 3]
    folders = [path for path in (tmp_path / "index").iterdir() if path.is_dir()]
    assert folders == [_folder(tmp_path)]


def test_a_rebuild_that_fails_leaves_the_old_index(index: CurrentIndex, tmp_path: Path) -> None:
    index.replace([document(1, "tide")])

    def failing() -> Iterator[list[object]]:
        yield [document(2, "tide")]
        raise KeyError("a talk")

    with pytest.raises(KeyError, match="a talk"):
        rebuild(tmp_path, failing())  # type: ignore[arg-type]
    assert _found(index, "tide") == [1]


def test_a_damaged_index_is_kept_until_a_new_one_is_built(
    index: CurrentIndex, tmp_path: Path
) -> None:
    index.replace([document(1, "tide")])
    damaged = _folder(tmp_path)
    _damage(tmp_path)
    other = open_index(tmp_path)
    for _ in range(2):
        with pytest.raises(IndexBroken):
            _found(other, "tide")
    assert damaged.is_dir()
    rebuild(tmp_path, [[document(1, "tide")]])
    assert not damaged.exists()
    assert damaged.with_name(f"damaged-{damaged.name}").is_dir()
    assert _found(other, "tide") == [1]
    other.close()


def test_an_index_of_another_version_is_not_opened(index: CurrentIndex, tmp_path: Path) -> None:
    index.replace([document(1, "tide")])
    (tmp_path / "index" / "current").write_text("whoosh-2.7.4-schema1-analysis1-0123abcd\n")
    assert _found(index, "tide") == []


def test_only_the_last_damaged_index_is_kept_aside(index: CurrentIndex, tmp_path: Path) -> None:
    for revision in range(3):
        rebuild(tmp_path, [[document(1, "tide", revision=revision)]])
        _damage(tmp_path)
        damaged = _folder(tmp_path).name
    rebuild(tmp_path, [[document(1, "tide", revision=3)]])
    folders = sorted(path.name for path in (tmp_path / "index").iterdir() if path.is_dir())
    assert folders == sorted([f"damaged-{damaged}", _folder(tmp_path).name])
    assert _found(index, "tide") == [1]


@pytest.mark.parametrize("content", [None, b"", b"\0" * 60, b"whoosh-2.7.4-sch", b"a-b 01234567\n"])
def test_where_the_name_of_the_index_is_lost_no_empty_one_takes_its_place(
    index: CurrentIndex, tmp_path: Path, content: bytes | None
) -> None:
    index.replace([document(1, "tide")])
    current = tmp_path / "index" / "current"
    if content is None:
        current.unlink()
    else:
        current.write_bytes(content)
    with pytest.raises(IndexBroken):
        _found(index, "tide")
    with pytest.raises(IndexBroken):
        index.replace([document(2, "tide")])
    rebuild(tmp_path, [[document(1, "tide")]])
    assert _found(index, "tide") == [1]


def test_searches_go_on_while_indexes_are_switched(index: CurrentIndex, tmp_path: Path) -> None:
    rebuild(tmp_path, [[document(1, "tide")]])
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            if _found(index, "tide") != [1]:
                wrong.append(1)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for revision in range(4):
        rebuild(tmp_path, [[document(1, "tide", revision=revision)]])
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong


def _add(catalog: Catalog, slug: str) -> int:
    (talk,) = save_programme(catalog, None, [TalkEntry(f"On {slug}", slug=slug)]).talk_ids
    save_captions(catalog, talk, [segment(f"the tide of {slug}")], language="en", file="a.vtt")
    return talk


def test_update_indexes_what_changed_and_records_it(catalog: Catalog) -> None:
    index = open_index(catalog.home)
    talk = _add(catalog, "harbours")
    assert update(catalog, index) == 1
    assert update(catalog, index) == 0
    status = catalog.statuses()[talk]
    assert (status.state, status.searchable_to_ms) == (State.READY, 3 * 400 + 350)
    assert check(catalog, index) == []
    index.close()


def test_update_records_what_a_killed_run_indexed_and_did_not_record(catalog: Catalog) -> None:
    index = open_index(catalog.home)
    talk = _add(catalog, "harbours")
    update(catalog, index)
    catalog.mark_indexed({talk: 0}, {talk: 0})
    assert catalog.statuses()[talk].state is State.INDEX
    assert update(catalog, index) == 0
    assert catalog.statuses()[talk].state is State.READY
    index.close()


def test_check_names_what_disagrees_and_reindex_mends_it(catalog: Catalog) -> None:
    index = open_index(catalog.home)
    talk = _add(catalog, "harbours")
    update(catalog, index)
    _add(catalog, "piers")
    index.replace([document(99, "tide"), document(talk, "tide", revision=0)])
    faults = check(catalog, index)
    assert len(faults) == 3
    assert "piers is not in the index." in faults
    assert reindex(catalog, catalog.home) == 2
    assert check(catalog, index) == []
    assert len(_found(index, "tide")) == 2
    index.close()


def test_reindex_heals_a_damaged_index(catalog: Catalog) -> None:
    index = open_index(catalog.home)
    _add(catalog, "harbours")
    update(catalog, index)
    index.close()
    _damage(catalog.home)
    index = open_index(catalog.home)
    with pytest.raises(IndexBroken):
        _found(index, "tide")
    assert reindex(catalog, catalog.home) == 1
    assert len(_found(index, "tide")) == 1
    index.close()
