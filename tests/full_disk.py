"""A process of its own for one test: correct a line while the disk of the archive is full.

It gets the empty folder of a small file system, and makes an archive there.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from html import unescape
from pathlib import Path

from test_web_editing import EDIT, fields_of, shown
from visiting import Visitor, text_of
from web_seed import opened_app, seed

from web.site import EXTENSION

TYPED = "Typed on a full disk. " * 4


def main(folder: Path) -> None:
    with opened_app(seed(folder / "home", indexed=False)) as app:
        catalog = app.extensions[EXTENSION].catalog
        visitor = Visitor(app)
        fields = {**fields_of(visitor.get(EDIT).text), "text": TYPED}
        filler = folder / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096):
                pass
        answer = visitor.client.post(EDIT, data=fields)
        is_kept = TYPED.strip() in unescape(answer.text)
        too_early = shown(catalog).revision > 1
        filler.unlink()
        visitor.client.post(EDIT, data=fields)
        print(answer.status_code)
        print(text_of(answer.text)[:300])
        print(
            f"typed on a full disk: {is_kept}, saved before there was room: {too_early}, "
            f"after: {shown(catalog).revision > 1}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
