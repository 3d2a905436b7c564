"""docs/quoting.md names every address of quotes, clips, transcripts and pictures."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import PROJECT
from web_seed import opened_app

from archive.settings import load_settings

OWNERS = ("quotes.", "clips.", "transcripts.download", "frames.")


def test_every_address_is_documented(tmp_path: Path) -> None:
    text = (PROJECT / "docs" / "quoting.md").read_text(encoding="utf-8")
    with opened_app(load_settings(home=tmp_path / "home")) as app:
        rules = [r.rule for r in app.url_map.iter_rules() if r.endpoint.startswith(OWNERS)]
    assert len(rules) >= 9
    for rule in rules:
        plain = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", r"<\1>", rule)
        plain = plain.replace("<at_ms>", "<ms>").replace(".<form>", ".vtt")
        assert plain in text, rule
