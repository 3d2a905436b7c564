"""The Whoosh index: the contract, and what only files can do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.search_index import SearchIndexContract, check_against_the_twin
from hypothesis import given, settings
from hypothesis import strategies as st
from search_seed import asking, document, quoted

from archive.errors import Busy, IndexBroken
from search.files import locked
from search.whoosh_index import WhooshIndex

PROJECT = Path(__file__).parent.parent


class TestWhooshIndex(SearchIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[WhooshIndex]:
        opened = WhooshIndex.create(tmp_path / "index")
        yield opened
        opened.close()


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_random_talks_and_requests_agree_with_the_twin(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex.create(Path(folder) / "index")
        check_against_the_twin(index, data)
        index.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    WhooshIndex.create(tmp_path / "index").close()
    return tmp_path / "index"


def _talks(folder: Path, word: str) -> list[int]:
    index = WhooshIndex(folder)
    try:
        return sorted(match.talk_id for match in index.search(asking(word)).matches)
    finally:
        index.close()


def _write(folder: Path, talk_id: int) -> None:
    index = WhooshIndex(folder)
    index.replace([document(talk_id, f"tide number {talk_id}")])
    index.close()


def test_a_document_that_breaks_the_writer_changes_nothing(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(1, "tide")])
    broken = document(2, "moon")
    object.__setattr__(broken.speeches[0].stream, "surfaces", (None,))
    with pytest.raises(AttributeError, match="encode"):
        index.replace([document(1, "moon", revision=2), broken])
    assert index.indexed() == {1: 1}
    index.replace([document(3, "moon")])
    index.close()
    assert (_talks(folder, "tide"), _talks(folder, "moon")) == ([1], [3])


def test_what_one_process_writes_another_sees(folder: Path) -> None:
    index = WhooshIndex(folder)
    assert index.search(asking("tide")).matches == ()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(folder, talk_id)) for talk_id in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(match.talk_id for match in index.search(asking("tide")).matches) == [1, 2]
    assert len(index.search(asking(quoted("tide number"))).matches) == 2
    index.close()


_WRITE_FOREVER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[3]]
from search.whoosh_index import WhooshIndex
from search_seed import document
index = WhooshIndex(Path(sys.argv[1]))
revision = 1
while True:
    revision += 1
    index.replace([document(n, f"tide {revision} moon", revision=revision) for n in range(3)])
    print(revision, flush=True)
"""


def test_killed_at_any_moment_it_opens_at_a_whole_commit(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(n, "tide 1 moon") for n in range(3)])
    index.close()
    for kill_after in range(1, 5):
        arguments = [sys.executable, "-c", _WRITE_FOREVER, folder, PROJECT, PROJECT / "tests"]
        writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        committed = [int(writer.stdout.readline()) for _ in range(kill_after)][-1]
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        index = WhooshIndex(folder)
        revision = index.indexed()[0]
        assert revision >= committed or revision == 1
        assert index.indexed() == {0: revision, 1: revision, 2: revision}
        assert len(index.search(asking(quoted(f"tide {revision} moon"))).matches) == 3
        # The next writer starts its count again; the killed one's lock went with it.
        index.replace([document(n, "tide 1 moon") for n in range(3)])
        assert len(list((folder / "talks").iterdir())) <= 6
        index.close()


def test_a_second_writer_waits_and_says_so(folder: Path) -> None:
    index = WhooshIndex(folder, lock_wait_s=0.1)
    with locked(folder / "lock", 1), pytest.raises(Busy, match="Another process"):
        index.replace([document(1, "tide")])
    index.replace([document(1, "tide")])
    index.close()
    assert _talks(folder, "tide") == [1]


@pytest.mark.parametrize("damage", ["cut", "emptied", "zeroed", "deleted", "flipped"])
@pytest.mark.parametrize("kind", ["*.toc", "*.trm", "*.pst", "*stored.col", "talks/*.arrays"])
def test_damaged_files_are_noticed_and_kept(folder: Path, kind: str, damage: str) -> None:
    index = WhooshIndex(folder)
    index.replace([document(n, f"tide {n} moon " * 200) for n in range(3)])
    index.close()
    path = next(folder.glob(kind))
    content = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    else:
        changed = {
            "cut": content[: len(content) // 2],
            "emptied": b"",
            "zeroed": bytes(len(content)),
            "flipped": bytes(byte ^ 0x5A for byte in content),
        }
        path.write_bytes(changed[damage])
    names = sorted(os.listdir(folder))
    with pytest.raises(IndexBroken):
        _talks(folder, "tide")
    assert sorted(os.listdir(folder)) == names


def test_tidying_merges_small_segments_and_changes_no_answer(folder: Path) -> None:
    index = WhooshIndex(folder)
    for n in range(20):
        index.replace([document(n, f"tide number {n}", title="moon")])
    index.remove([3])
    before = index.search(asking("tide", "moon"))
    segments = len(list(folder.glob("*.trm")))
    for _ in range(3):
        index.tidy()
    assert len(list(folder.glob("*.trm"))) < segments / 2
    after = index.search(asking("tide", "moon"))
    assert [m.talk_id for m in after.matches] == [m.talk_id for m in before.matches]
    assert len(after.matches) == 19
    index.close()


def test_readers_of_ended_threads_leave_nothing_open(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace([document(1, "tide")])
    for _ in range(3):
        thread = threading.Thread(target=index.search, args=(asking("tide"),))
        thread.start()
        thread.join()
    index.close()
