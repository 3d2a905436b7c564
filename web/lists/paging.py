"""Long lists in pages: which part of one is shown, and the addresses of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

from web.asked import number_asked

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """A part of a list. Pages count from 1; ``first`` is the place of its first item, from 1."""

    items: Sequence[_Item]
    number: int
    last: int
    first: int
    total: int

    @property
    def before(self) -> str:
        """The address of the page before, "" on the first one."""
        return page_address(self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        """The address of the page after, "" on the last one."""
        return page_address(self.number + 1) if self.number < self.last else ""


def page_of(items: Sequence[_Item], size: int) -> Page[_Item]:
    """The page that the present request asks for; one beyond the end is the last one."""
    last = max(1, -(-len(items) // size))
    number = min(number_asked(request.args, "page"), last)
    first = (number - 1) * size
    return Page(items[first : first + size], number, last, first + 1, len(items))


def page_address(number: int) -> str:
    """The present address, but for its page."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    if number > 1:
        kept.append(("page", str(number)))
    return f"{request.path}?{urlencode(kept)}" if kept else request.path
