"""Voiceprints of speakers: biometric data, so each can be deleted, and then stays deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from archive import schema
from archive.catalog import Catalog
from archive.clock import now
from archive.errors import NotFound
from archive.names import name_key
from archive.old_slugs import key_of
from archive.programme import Saved, SpeakerEntry, save_speaker
from archive.touch import touch
from archive.types import Speaker


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """What a voice is like: ``embedding`` is float32, little-endian, made by ``network``.

    ``media_key`` is the SHA-256 of the file it was heard in, ``heard_ms`` how much speech.
    """

    media_key: str
    heard_ms: int
    network: str
    embedding: bytes


def save_voiceprint(catalog: Catalog, speaker_id: int, print_: Voiceprint) -> None:
    """Keep a speaker's voiceprint; one of the same file takes the place of the former."""
    table = schema.voiceprints
    values = {name: getattr(print_, name) for name in Voiceprint.__slots__}
    made_at = now()
    with catalog.writing() as connection:
        connection.execute(
            delete(table).where(
                table.c.speaker_id == speaker_id, table.c.media_key == print_.media_key
            )
        )
        connection.execute(insert(table).values(speaker_id=speaker_id, made_at=made_at, **values))
        connection.execute(
            update(schema.speakers)
            .where(schema.speakers.c.id == speaker_id)
            .values(voice_forgotten=False)
        )
        touch(connection)


def voiceprints(catalog: Catalog, network: str) -> Mapping[str, list[bytes]]:
    """The embeddings that ``network`` made, by the slug of their speaker."""
    table, people = schema.voiceprints, schema.speakers
    query = (
        select(people.c.slug, table.c.embedding)
        .join(people, people.c.id == table.c.speaker_id)
        .where(table.c.network == network)
        .order_by(table.c.id)
    )
    found: dict[str, list[bytes]] = {}
    with catalog.reading() as connection:
        for slug, embedding in connection.execute(query):
            found.setdefault(slug, []).append(embedding)
    return found


def may_be_enrolled(catalog: Catalog, speaker_id: int, media_key: str, network: str) -> bool:
    """Whether a recording would tell more of a voice, and nobody had the voice forgotten."""
    table, people = schema.voiceprints, schema.speakers
    held = select(table.c.id).where(
        table.c.speaker_id == speaker_id,
        table.c.media_key == media_key,
        table.c.network == network,
    )
    forgotten = select(people.c.voice_forgotten).where(people.c.id == speaker_id)
    with catalog.reading() as connection:
        if connection.execute(forgotten).scalar():
            return False
        return connection.execute(held).first() is None


def forget_voice(catalog: Catalog, name: str) -> int:
    """Delete a speaker's voiceprints, so that no talk makes new ones; how many there were.

    Raises NotFound for a name that nobody in the catalog has.
    """
    speaker = find_speaker(catalog, name)
    table, people = schema.voiceprints, schema.speakers
    with catalog.writing() as connection:
        gone = connection.execute(delete(table).where(table.c.speaker_id == speaker.id)).rowcount
        connection.execute(
            update(people).where(people.c.id == speaker.id).values(voice_forgotten=True)
        )
        touch(connection)
    return gone


def find_speaker(catalog: Catalog, name: str) -> Speaker:
    """The person with that slug, name or alias; raises NotFound."""
    wanted = name_key(name)
    with catalog.reading() as connection:
        key = key_of(connection, "speaker", name)
        rows = connection.execute(select(schema.speakers).order_by(schema.speakers.c.id)).all()
    named = [row for row in rows if row.id == key] or [
        row for row in rows if wanted in {name_key(one) for one in (row.name, *row.aliases)}
    ]
    if not named:
        raise NotFound(
            f"There is no speaker {name!r}.",
            advice="`podium talks` lists the talks with who speaks in them.",
        )
    row = named[0]
    return Speaker(row.id, row.slug, row.name, tuple(row.aliases), row.url)


def find_or_add_speaker(catalog: Catalog, name: str) -> Speaker:
    """The person with that slug, name or alias, who is added where there is none."""
    try:
        return find_speaker(catalog, name)
    except NotFound:
        with catalog.writing() as connection:
            save_speaker(connection, SpeakerEntry(name.strip()), Saved())
        return find_speaker(catalog, name)
