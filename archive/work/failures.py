"""Why a stage failed at a talk, kept for people and for the next run."""

from __future__ import annotations

from sqlalchemy import update

from archive import schema
from archive.catalog import Catalog
from archive.errors import PodiumError
from archive.phrases import kept_form
from archive.touch import touch


def record_failure(catalog: Catalog, talk_id: int, stage: str, error: PodiumError) -> None:
    """Keep why a stage failed, for people and for the next run."""
    _set_failure(catalog, talk_id, stage, error.message, error.advice)


def clear_failure(catalog: Catalog, talk_id: int) -> None:
    """Forget the last failure: the talk is to be tried again."""
    _set_failure(catalog, talk_id, "", "", "")


def _set_failure(catalog: Catalog, talk_id: int, stage: str, reason: str, advice: str) -> None:
    talks = schema.talks
    phrases = {"reason": kept_form(reason), "advice": kept_form(advice)}
    values = {
        "failed_stage": stage,
        "failed_reason": reason,
        "failed_advice": advice,
        "failed_phrases": phrases if any(phrases.values()) else None,
    }
    with catalog.writing() as connection:
        connection.execute(update(talks).where(talks.c.id == talk_id).values(**values))
        touch(connection)
