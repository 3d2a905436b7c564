from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archive.errors import BadSetting, ModelMissing, NetworkFailed
from transcribe.hub import fetch
from transcribe.models import choose_model


class Hub:
    """A model hub on loopback, which can break off or give the wrong bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, str | None]] = []
        self.breaks_after: int | None = None
        self.weights: bytes | None = None
        self.status = 200
        self.address = ""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    state = Hub(choose_model("tiny.en", tmp_path / "packages").path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            asked = self.headers["Range"]
            state.asked.append((self.path, asked))
            if state.status != 200:
                self.send_error(state.status)
                return
            content = (state.folder / name).read_bytes()
            if name == "model.bin" and state.weights is not None:
                content = state.weights
            first = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(content) - first))
            self.end_headers()
            last = len(content) if name != "model.bin" else state.breaks_after
            self.wfile.write(content[first:last])

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        state.address = f"http://127.0.0.1:{server.server_port}"
        yield state
        server.shutdown()
        thread.join()


def test_a_model_is_downloaded_verified_and_then_present(hub: Hub, tmp_path: Path) -> None:
    told: list[float] = []
    model = fetch("tiny.en", tmp_path / "models", told.append, hub=hub.address)
    assert model.verified
    assert model.path == tmp_path / "models" / "tiny.en"
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert told == sorted(told)
    assert {path for path, _ in hub.asked} == {
        f"/Systran/faster-whisper-tiny.en/resolve/main/{name}"
        for name in ("config.json", "tokenizer.json", "vocabulary.txt", "model.bin")
    }


def test_a_download_that_breaks_off_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.breaks_after = 20_000_000
    with pytest.raises(NetworkFailed, match=r"tiny\.en could not be downloaded") as caught:
        fetch("tiny.en", tmp_path / "models", hub=hub.address)
    assert "goes on where it stopped" in caught.value.advice
    hub.breaks_after = None
    hub.asked.clear()
    assert fetch("tiny.en", tmp_path / "models", hub=hub.address).verified
    assert [asked for _, asked in hub.asked] == ["bytes=20000000-"]


def test_what_is_not_the_published_model_is_refused(hub: Hub, tmp_path: Path) -> None:
    hub.weights = b"something else"
    with pytest.raises(ModelMissing, match=r"not the published model tiny\.en"):
        fetch("tiny.en", tmp_path / "models", hub=hub.address)
    assert not (tmp_path / "models" / "tiny.en").exists()
    hub.weights = None
    assert fetch("tiny.en", tmp_path / "models", hub=hub.address).verified


def test_a_damaged_model_is_replaced(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "tiny.en"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"damaged")
    with pytest.raises(ModelMissing):
        choose_model("tiny.en", tmp_path / "models")
    assert fetch("tiny.en", tmp_path / "models", hub=hub.address).verified


def test_a_refusal_of_the_hub_is_told(hub: Hub, tmp_path: Path) -> None:
    hub.status = 404
    with pytest.raises(NetworkFailed, match="the hub answered 404"):
        fetch("tiny.en", tmp_path / "models", hub=hub.address)


def test_no_hub_at_all_is_a_network_that_failed(tmp_path: Path) -> None:
    with pytest.raises(NetworkFailed, match="refused"):
        fetch("tiny.en", tmp_path, hub="http://127.0.0.1:1")


def test_offline_means_that_nothing_is_tried(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(NetworkFailed, match="HF_HUB_OFFLINE is set"):
        fetch("tiny.en", tmp_path / "models", hub=hub.address)
    assert hub.asked == []


def test_names_and_folders_are_checked_first(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no known model 'huge'"):
        fetch("huge", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises((BadSetting, NetworkFailed)):
        fetch("tiny.en", tmp_path / "file")
