"""The documents of the API as JSON Schema (2020-12), for OpenAPI 3.1.

Every key that an answer has stands here: ``additionalProperties`` is false throughout, and all keys
are always there, so a test notices a document that says more or less than its schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer", "minimum": 0}
YES_OR_NO: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
ADDRESS: Schema = {"type": "string", "format": "uri-reference"}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}


def ref(name: str) -> Schema:
    """A schema of the components by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(schema: Schema) -> Schema:
    """An array of such values."""
    return {"type": "array", "items": schema}


def or_null(schema: Schema, meaning: str = "") -> Schema:
    """Such a value, or null where it is not known or does not apply."""
    said = {"description": meaning} if meaning else {}
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"], **said}
    return {"anyOf": [schema, {"type": "null"}], **said}


def one_of(*values: str) -> Schema:
    """One of these texts."""
    return {"type": "string", "enum": list(values)}


def said(schema: Schema, meaning: str) -> Schema:
    """The schema with what it means."""
    return {**schema, "description": meaning}


def document(meaning: str, **keys: Schema) -> Schema:
    """An object that has all of these keys and no others."""
    return {
        "type": "object",
        "description": meaning,
        "properties": keys,
        "required": list(keys),
        "additionalProperties": False,
    }


def extended(base: Schema, meaning: str, **keys: Schema) -> Schema:
    """The object with more keys."""
    return document(meaning, **base["properties"], **keys)


_TIME = said(WHOLE, "Milliseconds from the start of the recording.")
_SLUG = said(TEXT, "The last part of its page's address.")
_SPAN: Schema = {
    "type": "array",
    "items": WHOLE,
    "minItems": 2,
    "maxItems": 2,
    "description": "First and last-plus-one code point.",
}
_TRACK = said(one_of("original", "english"), "As it was spoken, or its English translation.")
_STATE = said(
    one_of("waiting", "fetch", "transcribe", "index", "ready", "failed"),
    "What the talk needs next.",
)
_PERSON_NAME = document("A person by slug and name.", slug=_SLUG, name=TEXT)
_FACET_VALUE = document(
    "A value that the answer can be narrowed to.",
    slug=said(TEXT, "What the filter of that name takes."),
    name=TEXT,
    talks=WHOLE,
    occurrences=WHOLE,
)
_FACETS: Sequence[str] = ("speaker", "event", "language", "country", "year")

_TALK = document(
    "A talk, without its words.",
    slug=_SLUG,
    title=TEXT,
    event=or_null(TEXT, "The event's slug."),
    number=or_null({"type": "integer"}, "Its place in the event's programme."),
    language=or_null(TEXT, "BCP 47, as the programme states it."),
    state=_STATE,
    running=said(YES_OR_NO, "Whether a process is at work on it now."),
    reason=or_null(TEXT, "Why it is not ready, or what is missing."),
    duration_ms=or_null(WHOLE, "Null without a recording."),
    searchable_to_ms=_TIME,
    source_url=or_null(TEXT),
    speakers=listed(ref("Appearance")),
)
_TRANSCRIPT_VERSION = document(
    "What is known of a transcript besides its words.",
    number=said(WHOLE, "What commands name it by; from 1."),
    track=_TRACK,
    language=or_null(TEXT),
    language_probability=or_null(SHARE, "Null where nobody guessed."),
    origin=said(TEXT, "`machine` or `captions`."),
    engine=or_null(TEXT),
    model=or_null(TEXT),
    settings=said({"type": "object"}, "How it was made."),
    made_at=or_null(TEXT),
    checked_by=or_null(TEXT, "Who has checked it."),
    current=said(YES_OR_NO, "Whether it is shown and searched."),
    chosen=said(YES_OR_NO, "Whether a person made it so."),
    complete=YES_OR_NO,
    done_to_ms=_TIME,
)

SCHEMAS: dict[str, Schema] = {
    "Error": document(
        "What is wrong, in a sentence for people, and what to do.",
        error=document("The error.", message=TEXT, advice=TEXT),
    ),
    "Results": document(
        "The answer to a search.",
        query=TEXT,
        understood=said(TEXT, "The query as it was read; it reads as itself."),
        notes=listed(TEXT),
        took_ms={"type": "number", "minimum": 0},
        totals=document("Full matches.", talks=WHOLE, talks_partial=WHOLE, occurrences=WHOLE),
        coverage=document(
            "What was searched.",
            talks=WHOLE,
            searchable=WHOLE,
            missing=listed(document("Not searched.", talk=_SLUG, state=_STATE, reason=TEXT)),
            partial=listed(document("Searched up to.", talk=_SLUG, searchable_to_ms=_TIME)),
        ),
        facets=document(
            "Counts of all full matches.", **{name: listed(_FACET_VALUE) for name in _FACETS}
        ),
        suggestion=or_null(TEXT, "A query with better known words, where this one has no hits."),
        people=listed(
            document(
                "A person whom the query names.",
                slug=_SLUG,
                name=TEXT,
                talks=said(WHOLE, "In how many they speak."),
                mentioned=said(WHOLE, "In how many others name them."),
            )
        ),
        talks=listed(ref("TalkHit")),
        heard_as=listed(
            document(
                "Talks in which a word may have been misheard.",
                query_word=TEXT,
                heard=listed(TEXT),
                talks=listed(ref("TalkHit")),
            )
        ),
        alternatives=listed(
            document(
                "A query near to this one that has full matches.",
                without=one_of("filters", "words", "both"),
                words=listed(TEXT),
                query=TEXT,
                talks=WHOLE,
            )
        ),
    ),
    "TalkHit": document(
        "A talk that matched.",
        slug=_SLUG,
        title=TEXT,
        event=or_null(TEXT),
        score=said({"type": "number"}, "Orders the talks of one answer."),
        matched=one_of("all", "most", "heard"),
        matched_in=listed(TEXT),
        occurrences=WHOLE,
        moments_total=WHOLE,
        speakers=listed(_PERSON_NAME),
        moments=listed(ref("Moment")),
        programme=listed(
            document("An entry that matched.", field=TEXT, text=TEXT, spans=listed(_SPAN))
        ),
    ),
    "Moment": document(
        "A place in a talk where it was said.",
        start_ms=_TIME,
        end_ms=_TIME,
        speaker=or_null(TEXT, "Null where several are not told apart."),
        track=_TRACK,
        language=TEXT,
        text=said(TEXT, "Plain text, never HTML."),
        spans=listed(_SPAN),
        url=said(ADDRESS, "Opens the talk at the first matched word."),
        beside=or_null(
            document("The same time on the other track.", track=_TRACK, language=TEXT, text=TEXT)
        ),
        corrected_from=or_null(TEXT, "What stood there before, where that is what matched."),
    ),
    "Moments": document(
        "All moments of a query in one talk, in the order of time.",
        talk=_SLUG,
        query=TEXT,
        moments=listed(ref("Moment")),
    ),
    "Suggestions": document(
        "What somebody may be about to type, the best first.",
        query=TEXT,
        suggestions=listed(
            document(
                "A speaker, an event or a talk.",
                kind=one_of("speaker", "event", "talk"),
                slug=_SLUG,
                name=TEXT,
                alias=or_null(TEXT, "The other spelling that was begun."),
                spans=listed(_SPAN),
                about=TEXT,
                talks=WHOLE,
                url=ADDRESS,
            )
        ),
    ),
    "Appearance": document(
        "A speaker, and what they were at this talk.",
        slug=_SLUG,
        name=TEXT,
        role=or_null(TEXT),
        affiliation=or_null(TEXT),
        country=or_null(TEXT, "Its English name."),
    ),
    "Talk": _TALK,
    "Event": document(
        "An event.",
        slug=_SLUG,
        title=TEXT,
        starts_on=or_null(DAY),
        ends_on=or_null(DAY),
        place=or_null(TEXT),
        url=or_null(TEXT),
        organizers=listed(TEXT),
        people=listed(document("With a part in it, not a speaker.", name=TEXT, part=TEXT)),
        summary=or_null(TEXT),
    ),
    "Word": document(
        "A word with its punctuation.",
        text=TEXT,
        space_before=YES_OR_NO,
        start_ms=_TIME,
        end_ms=_TIME,
        probability=SHARE,
    ),
    "Segment": document(
        "Words that belong together.",
        start_ms=_TIME,
        end_ms=_TIME,
        speaker=or_null(TEXT, "A slug."),
        voice=or_null(TEXT, "A slug, or `unknown-1`."),
        estimated=said(
            YES_OR_NO, "Whether times were spread over a caption or a correction, not heard."
        ),
        words=listed(ref("Word")),
    ),
    "TranscriptVersion": _TRANSCRIPT_VERSION,
    "Transcript": extended(
        _TRANSCRIPT_VERSION,
        "A transcript, word by word.",
        talk=_SLUG,
        segments=listed(ref("Segment")),
    ),
    "Turn": document(
        "Who spoke when.",
        start_ms=_TIME,
        end_ms=_TIME,
        voice=said(TEXT, "A slug, or `unknown-1`."),
        speaker=or_null(TEXT, "A slug."),
        name=TEXT,
        score=said({"type": "number"}, "How like the known voice it is, 0 to 1."),
        likely=said(YES_OR_NO, "Whether it is a weak guess."),
        source=one_of("programme", "machine", "editor", "rttm"),
    ),
    "TalkDetail": extended(
        _TALK,
        "A talk with all that is known of it.",
        description=or_null(TEXT),
        given_on=or_null(DAY),
        advice=or_null(TEXT, "What to do so that it gets ready."),
        range_ms=or_null(
            {"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2},
            "The part of a session's recording that is this talk.",
        ),
        chapters=listed(document("A named part.", start_ms=_TIME, title=TEXT)),
        media_url=or_null(ADDRESS),
        media_type=or_null(TEXT),
        captions_url=or_null(ADDRESS),
        event_details=or_null(ref("Event")),
        transcript=or_null(ref("Transcript")),
        translation=or_null(ref("Transcript"), "The English one by a machine."),
        transcripts=listed(ref("TranscriptVersion")),
        session=said(YES_OR_NO, "Whether several people speak."),
        turns=listed(ref("Turn")),
    ),
    "Health": document(
        "How the site is doing.",
        status=one_of("ok", "behind", "rebuilding", "unavailable"),
        catalog_revision=WHOLE,
        talks=WHOLE,
        indexed=WHOLE,
        behind=WHOLE,
        index=or_null(TEXT, "Null where search cannot answer."),
        worker=YES_OR_NO,
    ),
}
