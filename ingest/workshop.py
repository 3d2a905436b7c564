"""What the stages work with: catalog, index, settings and loaded speech engines."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from archive.catalog import Catalog
from archive.errors import IndexBroken
from archive.settings import Settings
from archive.store import MediaStore
from search.index import SearchIndex
from search.indexing import reindex, update
from search.opening import open_index
from transcribe.engine import Transcriber
from transcribe.engines import open_engine
from transcribe.models import Model, choose_model, usable_cores

log = logging.getLogger("podium")


class StageProgress(Protocol):
    """How a stage tells what it does.

    ``share`` is what is done of it, 0 to 1, None where that is not known; ``detail`` a few words.
    A download adds its bytes, so that speed and time left can be shown.
    """

    def __call__(
        self,
        stage: str,
        share: float | None,
        detail: str,
        *,
        done_bytes: int | None = None,
        total_bytes: int | None = None,
    ) -> None: ...


@dataclass(slots=True)
class Workshop:
    """One for a run. Engines take seconds to load, so they are kept."""

    catalog: Catalog
    index: SearchIndex
    settings: Settings
    # Talks to which this run brings who spoke when from a file.
    turns_follow: set[int] = field(default_factory=set)
    # Whether transcripts that were cut off go on with the engine and model they were begun with.
    as_begun: bool = False
    _engines: dict[Model, Transcriber] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator[Workshop]:
        """The archive of these settings, open for work."""
        with (
            closing(Catalog.open(settings)) as catalog,
            closing(open_index(settings.home)) as index,
        ):
            yield cls(catalog, index, settings)

    @property
    def store(self) -> MediaStore:
        return MediaStore(self.settings.home)

    def index_now(self, talks: Collection[int] | None = None) -> int:
        """Make what changed findable (of ``talks``, or of all); how many talks were indexed.

        A damaged index is built anew beside the old one.
        """
        try:
            return update(self.catalog, self.index, talks=talks)
        except IndexBroken as error:
            log.warning("%s It is built anew.", error.message)
            return reindex(self.catalog, self.settings.home)

    def with_engine(self, engine: str, model: str) -> Workshop:
        """The same workshop with another engine and model than the settings say."""
        settings = self.settings.model_copy(update={"engine": engine, "model": model})
        return replace(self, settings=settings, _engines={})

    def model_for(self, language: str | None) -> Model:
        """The model that the settings choose for a language; raises ModelMissing."""
        return choose_model(self.settings.model, self.settings.model_dir, language=language)

    def engine_with(self, model: Model) -> Transcriber:
        """The engine of the settings with that model loaded."""
        if model not in self._engines:
            self._engines[model] = self.engine_opener(model)()
        return self._engines[model]

    def engine_opener(self, model: Model, *, processes: int = 1) -> Callable[[], Transcriber]:
        """What opens such an engine, in this process or in one of several that share the cores."""
        threads = self.settings.threads
        if processes > 1:
            threads = max(1, (threads or usable_cores()) // processes)
        return partial(
            open_engine,
            self.settings.engine,
            model,
            device=self.settings.device,
            compute_type=self.settings.compute_type,
            beam_size=self.settings.beam_size,
            threads=threads,
        )
