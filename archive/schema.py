"""The tables of the catalog (SQLAlchemy Core). A change here is a migration in migrations/."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# One row: `revision` grows with every change that search or pages can show.
catalog_state = Table(
    "catalog_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
)

# `edited` lists the fields that a person has set; the programme does not overwrite them.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("place", Text, nullable=False, default=""),
    Column("url", Text, nullable=False, default=""),
    Column("organizers", JSON, nullable=False, default=list),
    Column("people", JSON, nullable=False, default=list),
    Column("summary", Text, nullable=False, default=""),
    Column("edited", JSON, nullable=False, default=list),
    sqlite_autoincrement=True,
)

speakers = Table(
    "speakers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("aliases", JSON, nullable=False, default=list),
    Column("url", Text, nullable=False, default=""),
    # A person had the voice forgotten: no talk enrols it again by itself.
    Column("voice_forgotten", Boolean, nullable=False, default=False),
    Column("edited", JSON, nullable=False, default=list),
    sqlite_autoincrement=True,
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("media_key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("mime_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    # Below the home's media folder, or absolute where the file is linked.
    Column("location", Text, nullable=False),
    Column("linked", Boolean, nullable=False, default=False),
    UniqueConstraint("media_key", "location"),
    sqlite_autoincrement=True,
)

talks = Table(
    "talks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("event_id", ForeignKey("events.id")),
    Column("number", Integer),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, default=""),
    Column("language", Text, nullable=False, default=""),
    Column("given_on", Date),
    Column("source_url", Text, nullable=False, default=""),
    Column("source_key", Text, nullable=False, default=""),
    Column("recording_id", ForeignKey("recordings.id")),
    Column("range_start_ms", Integer),
    Column("range_end_ms", Integer),
    # Pairs of start in milliseconds and title.
    Column("chapters", JSON, nullable=False, default=list),
    Column("link", Boolean, nullable=False, default=False),
    # Another transcript was asked for, although there is a complete one.
    Column("again", Boolean, nullable=False, default=False),
    # An English translation was asked for and is not made yet.
    Column("translate", Boolean, nullable=False, default=False),
    # A whole session: several people speak, also where the programme names one or none.
    Column("session", Boolean, nullable=False, default=False),
    # The voices of its recording are to be told apart, and are not yet.
    Column("tell_apart", Boolean, nullable=False, default=False),
    Column("edited", JSON, nullable=False, default=list),
    Column("revision", Integer, nullable=False, default=1),
    Column("indexed_revision", Integer, nullable=False, default=0),
    Column("searchable_to_ms", Integer, nullable=False, default=0),
    Column("failed_stage", Text, nullable=False, default=""),
    Column("failed_reason", Text, nullable=False, default=""),
    Column("failed_advice", Text, nullable=False, default=""),
    # Of reason and advice, where they are phrases: pattern and values.
    Column("failed_phrases", JSON(none_as_null=True)),
    Column("added_at", Text, nullable=False),
    Index("talks_source_key", "source_key"),
    Index("talks_event", "event_id", "number"),
    sqlite_autoincrement=True,
)

appearances = Table(
    "appearances",
    metadata,
    Column("talk_id", ForeignKey("talks.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("speaker_id", ForeignKey("speakers.id"), nullable=False, index=True),
    Column("role", Text, nullable=False, default=""),
    Column("affiliation", Text, nullable=False, default=""),
    Column("affiliation_aliases", JSON, nullable=False, default=list),
    Column("country", Text, nullable=False, default=""),
)

transcripts = Table(
    "transcripts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("talk_id", ForeignKey("talks.id", ondelete="CASCADE"), nullable=False, index=True),
    # From 1 in each talk, in the order of making: what a person names it by.
    Column("number", Integer, nullable=False),
    Column("track", Text, nullable=False),
    Column("language", Text, nullable=False, default=""),
    Column("language_probability", Float),
    Column("origin", Text, nullable=False),
    Column("engine", Text, nullable=False, default=""),
    Column("model", Text, nullable=False, default=""),
    Column("settings", JSON, nullable=False, default=dict),
    Column("made_at", Text, nullable=False),
    Column("checked_by", Text, nullable=False, default=""),
    Column("complete", Boolean, nullable=False, default=False),
    Column("current", Boolean, nullable=False, default=False),
    # A person made it the current one, so that no later one takes its place by itself.
    Column("chosen", Boolean, nullable=False, default=False),
    Column("words", Integer, nullable=False, default=0),
    # Up to this revision, corrected words were aligned again to the sound where that is possible.
    Column("aligned_revision", Integer, nullable=False, default=0),
    Index("transcripts_number", "talk_id", "number", unique=True),
    sqlite_autoincrement=True,
)

# Names that a person wants the engine to know: for the talks of an event, or without one for all.
glossary = Table(
    "glossary",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), index=True),
    Column("name", Text, nullable=False),
    sqlite_autoincrement=True,
)

# A finished piece of a transcript: compressed JSON, see archive/pieces.py.
pieces = Table(
    "pieces",
    metadata,
    Column("transcript_id", ForeignKey("transcripts.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    # How this piece was made: settings of the engine, seconds it took.
    Column("settings", JSON, nullable=False, default=dict),
)

# Each change of a talk's track, numbered from 1 there. What was there before the first change has
# no row until then. `document` holds what was taken away and what came (corrections/history.py).
revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("talk_id", ForeignKey("talks.id", ondelete="CASCADE"), nullable=False),
    Column("track", Text, nullable=False),
    Column("number", Integer, nullable=False),
    # The transcript that is shown from this revision on.
    Column(
        "transcript_id",
        ForeignKey("transcripts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("kind", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    # A change of many talks at once, which is undone as one.
    Column("batch_id", ForeignKey("correction_batches.id"), index=True),
    Column("note", Text, nullable=False, default=""),
    # How many places changed; and the first of them, cut short.
    Column("places", Integer, nullable=False, default=0),
    Column("start_ms", Integer, nullable=False, default=0),
    Column("old_text", Text, nullable=False, default=""),
    Column("new_text", Text, nullable=False, default=""),
    Column("document", LargeBinary, nullable=False, default=b""),
    UniqueConstraint("talk_id", "track", "number"),
    sqlite_autoincrement=True,
)

# The same mistake corrected in many places; `glossary_added` is what it added to the glossary.
correction_batches = Table(
    "correction_batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wrong", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("undone_by", Text, nullable=False, default=""),
    Column("undone_at", Text, nullable=False, default=""),
    Column("glossary_added", JSON, nullable=False, default=list),
    sqlite_autoincrement=True,
)

# Words of a transcript that somebody checked, by their numbers; they move with corrections.
checked_passages = Table(
    "checked_passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "transcript_id",
        ForeignKey("transcripts.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("first_word", Integer, nullable=False),
    Column("end_word", Integer, nullable=False),
    Column("checked_by", Text, nullable=False),
    Column("checked_at", Text, nullable=False),
    sqlite_autoincrement=True,
)

# Two speakers that were made one, with what it takes to part them again.
speaker_joins = Table(
    "speaker_joins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kept_id", ForeignKey("speakers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("gone_slug", Text, nullable=False, index=True),
    Column("gone_name", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("undone_by", Text, nullable=False, default=""),
    Column("undone_at", Text, nullable=False, default=""),
    Column("document", JSON, nullable=False),
    sqlite_autoincrement=True,
)

# A speaker of whom another one was made, with the keys of the talks that went.
speaker_splits = Table(
    "speaker_splits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("speaker_id", ForeignKey("speakers.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("other_id", ForeignKey("speakers.id", ondelete="SET NULL"), index=True),
    Column("other_name", Text, nullable=False),
    Column("talks", JSON, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("undone_by", Text, nullable=False, default=""),
    Column("undone_at", Text, nullable=False, default=""),
    sqlite_autoincrement=True,
)

# Who is at work on a talk now. `owner` names host, process and its start.
leases = Table(
    "leases",
    metadata,
    Column("talk_id", ForeignKey("talks.id", ondelete="CASCADE"), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("heartbeat_at", Float, nullable=False),
)

# Who spoke when. Rows of the source "editor" are a person's word and outlive all others.
turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    # What an unknown voice is called; of a known one it is the speaker's slug when it was written.
    Column("voice", Text, nullable=False),
    Column("speaker_id", ForeignKey("speakers.id"), index=True),
    Column("score", Float, nullable=False),
    Column("source", Text, nullable=False),
    Index("turns_recording", "recording_id", "start_ms"),
    sqlite_autoincrement=True,
)

# What a speaker's voice is like: biometric data. `embedding` is float32, little-endian.
voiceprints = Table(
    "voiceprints",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("speaker_id", ForeignKey("speakers.id", ondelete="CASCADE"), nullable=False, index=True),
    # SHA-256 of the file that it was made from.
    Column("media_key", Text, nullable=False),
    Column("heard_ms", Integer, nullable=False),
    # The network that made it: those of two networks cannot be compared.
    Column("network", Text, nullable=False),
    Column("embedding", LargeBinary, nullable=False),
    Column("made_at", Text, nullable=False),
    UniqueConstraint("speaker_id", "media_key"),
    sqlite_autoincrement=True,
)

# A slug that a thing had before, by the kind of thing: one of the three keys is set.
old_slugs = Table(
    "old_slugs",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("slug", Text, primary_key=True),
    Column("talk_id", ForeignKey("talks.id", ondelete="CASCADE")),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE")),
    Column("speaker_id", ForeignKey("speakers.id", ondelete="CASCADE")),
)

# Who may correct. `key` is the folded name, `password` its scrypt hash.
editors = Table(
    "editors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("password", Text, nullable=False),
    Column("added_at", Text, nullable=False),
    sqlite_autoincrement=True,
)

# Where editors are signed in. The token itself stands in their browser alone; times are of Unix.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("editor_id", ForeignKey("editors.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
)

# What readers would correct. `before` is what stood from `start_ms` to `end_ms` when it was read.
suggestions = Table(
    "suggestions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("talk_id", ForeignKey("talks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    Column("before", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("remark", Text, nullable=False, default=""),
    Column("made_at", Text, nullable=False),
    # open, accepted or declined
    Column("state", Text, nullable=False, default="open"),
    Column("decided_by", Text, nullable=False, default=""),
    Column("decided_at", Text, nullable=False, default=""),
    Index("suggestions_state", "state", "id"),
    sqlite_autoincrement=True,
)
