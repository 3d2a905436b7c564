"""SQLite FTS5 and tantivy, made to give the same page of results as Podium does.

The page is: the best 20 talks, with the five best passages of each marked; how many talks and
passages there are; and how many by speaker, year and country. What they do not do: neither widens a
word to others of its stem, has a second tier, coverage or people, or counts occurrences. Neither
knows the time of a word, only that of a passage; and what stands in two passages is near to nobody.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from search_corpus import WITHIN, Corpus, Question, country_of, speaker_of, year_of

_WORDS_PER_PASSAGE = 67
_SHOWN_TALKS = 20
_SHOWN_PASSAGES = 5
_SNIPPET_WORDS = 24
_SNIPPET_CHARACTERS = 150


def _passages(words: Sequence[str]) -> list[str]:
    return [
        " ".join(words[at : at + _WORDS_PER_PASSAGE])
        for at in range(0, len(words), _WORDS_PER_PASSAGE)
    ]


def _is_kept(question: Question, talk: int) -> bool:
    """Whether a talk passes the question's filters."""
    return (
        (question.speaker is None or speaker_of(talk) == question.speaker)
        and (question.year is None or year_of(talk) == question.year)
        and (not question.country or country_of(talk) == question.country)
    )


class Fts5:
    """Passages in SQLite FTS5. ``same_talks`` asks for the talks that hold all words anywhere, as
    Podium does, instead of passages that hold all of them."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        self._database = sqlite3.connect(folder / "fts5.sqlite", isolation_level=None)
        # Read from the system's memory of the file, so that no page is copied or read twice.
        self._database.execute("PRAGMA mmap_size = 4000000000")
        self._database.execute(
            "CREATE VIRTUAL TABLE passages USING fts5"
            "(text, tokenize='unicode61 remove_diacritics 2')"
        )
        self._talks: list[int] = []
        self.same_talks = False
        self.build_s = 0.0
        self._database.execute("BEGIN")
        for number in range(corpus.talks):
            self._insert(number, corpus.words(number))
        began = time.process_time()
        self._database.execute("COMMIT")
        self.build_s += time.process_time() - began

    def add(self, number: int, words: Sequence[str]) -> None:
        """Add a talk, durably."""
        self._database.execute("BEGIN")
        self._insert(number, words)
        self._database.execute("COMMIT")

    def _insert(self, number: int, words: Sequence[str]) -> None:
        passages = [(passage,) for passage in _passages(words)]
        began = time.process_time()
        self._database.executemany("INSERT INTO passages VALUES (?)", passages)
        self._talks += [number] * len(passages)
        self.build_s += time.process_time() - began

    def _talks_with(self, term: str) -> set[int]:
        rows = self._database.execute("SELECT rowid FROM passages WHERE passages MATCH ?", (term,))
        return {self._talks[rowid - 1] for (rowid,) in rows}

    def _holding(self, question: Question) -> set[int]:
        """The talks that hold all words, and not the excluded one, in any of their passages."""
        talks = set.intersection(*(self._talks_with(f'"{word}"') for word in question.words))
        if question.without:
            talks -= self._talks_with(f'"{question.without}"')
        return talks

    def page(self, question: Question) -> int:
        """Make the page; how many talks match."""
        quoted = [f'"{word}"' for word in question.words]
        anywhere = None
        match question.joined:
            case "any":
                matched = " OR ".join(quoted)
            case "near":
                matched = f"NEAR({' '.join(quoted)}, {WITHIN})"
            case "phrase":
                matched = f'"{" ".join(question.words)}"'
            case "prefix":
                matched = f"{quoted[0]}*"
            case _ if self.same_talks and (len(quoted) > 1 or question.without):
                anywhere = self._holding(question)
                matched = " OR ".join(quoted)
            case _:
                matched = " ".join(quoted)
                matched += f' NOT "{question.without}"' if question.without else ""
        rows = self._database.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages)", (matched,)
        ).fetchall()
        by_talk: dict[int, list[int]] = {}
        for (rowid,) in rows:
            talk = self._talks[rowid - 1]
            if (anywhere is None or talk in anywhere) and _is_kept(question, talk):
                by_talk.setdefault(talk, []).append(rowid)
        for facet in (speaker_of, year_of, country_of):
            Counter(map(facet, by_talk))
        shown = list(by_talk.values())[:_SHOWN_TALKS]
        rowids = [rowid for of_talk in shown for rowid in of_talk[:_SHOWN_PASSAGES]]
        marks = ",".join("?" * len(rowids))
        self._database.execute(
            f"SELECT rowid, snippet(passages, 0, '[', ']', '…', {_SNIPPET_WORDS}) FROM passages"
            f" WHERE passages MATCH ? AND rowid IN ({marks})",
            (matched, *rowids),
        ).fetchall()
        return len(by_talk)


class Tantivy:
    """An index of talks, by which they are found and counted, and one of passages for the moments.

    Nearness is a phrase with slop, in either order. A misspelt word is asked for a second time with
    one letter changed.
    """

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        import tantivy

        self._engine = tantivy
        talks = tantivy.SchemaBuilder().add_text_field("text")
        for name in ("talk", "speaker", "year"):
            talks = talks.add_unsigned_field(name, stored=True, indexed=True, fast=True)
        talks = talks.add_text_field("country", fast=True, tokenizer_name="raw")
        self._talk_schema = talks.build()
        self._passage_schema = (
            tantivy.SchemaBuilder()
            .add_text_field("text", stored=True)
            .add_unsigned_field("talk", indexed=True, fast=True)
            .build()
        )
        for name in ("talks", "passages"):
            (folder / "tantivy" / name).mkdir(parents=True)
        self._talks = tantivy.Index(self._talk_schema, str(folder / "tantivy" / "talks"))
        self._passages = tantivy.Index(self._passage_schema, str(folder / "tantivy" / "passages"))
        self.build_s = 0.0
        writers = [index.writer(num_threads=1) for index in (self._talks, self._passages)]
        for number in range(corpus.talks):
            self._insert(writers, number, corpus.words(number))
        self._commit(writers)

    def add(self, number: int, words: Sequence[str]) -> None:
        """Add a talk, durably."""
        writers = [index.writer(num_threads=1) for index in (self._talks, self._passages)]
        self._insert(writers, number, words)
        self._commit(writers)

    def _insert(self, writers: Sequence[Any], number: int, words: Sequence[str]) -> None:
        text, passages = " ".join(words), _passages(words)
        began = time.process_time()
        document = self._engine.Document.from_dict
        talk = {
            "text": text,
            "talk": number,
            "speaker": speaker_of(number),
            "year": year_of(number),
            "country": country_of(number),
        }
        writers[0].add_document(document(talk, self._talk_schema))
        for passage in passages:
            of_talk = {"text": passage, "talk": number}
            writers[1].add_document(document(of_talk, self._passage_schema))
        self.build_s += time.process_time() - began

    def _commit(self, writers: Sequence[Any]) -> None:
        began = time.process_time()
        for writer, index in zip(writers, (self._talks, self._passages), strict=True):
            writer.commit()
            writer.wait_merging_threads()
            index.reload()
        self.build_s += time.process_time() - began

    def _words_query(self, schema: Any, question: Question) -> Any:
        queries, occur = self._engine.Query, self._engine.Occur
        words = list(question.words)
        match question.joined:
            case "phrase":
                return queries.phrase_query(schema, "text", words)
            case "near":
                orders = (words, words[::-1])
                near = [queries.phrase_query(schema, "text", run, slop=WITHIN) for run in orders]
                return queries.boolean_query([(occur.Should, run) for run in near])
            case "prefix":
                return queries.regex_query(schema, "text", f"{words[0]}.*")
        terms = [queries.term_query(schema, "text", word) for word in words]
        joined = occur.Should if question.joined == "any" else occur.Must
        return queries.boolean_query([(joined, term) for term in terms])

    def _talk_query(self, question: Question) -> Any:
        queries, occur, schema = self._engine.Query, self._engine.Occur, self._talk_schema
        parts = [(occur.Must, self._words_query(schema, question))]
        if question.without:
            parts.append((occur.MustNot, queries.term_query(schema, "text", question.without)))
        filters = {"speaker": question.speaker, "year": question.year, "country": question.country}
        for name, value in filters.items():
            if value not in (None, ""):
                kept = queries.const_score_query(queries.term_query(schema, name, value), 0.0)
                parts.append((occur.Must, kept))
        return queries.boolean_query(parts)

    def page(self, question: Question) -> int:
        """Make the page; how many talks match."""
        queries, occur = self._engine.Query, self._engine.Occur
        talks, passages = self._talks.searcher(), self._passages.searcher()
        asked = self._talk_query(question)
        found = talks.search(asked, limit=_SHOWN_TALKS, count=True)
        if not found.count and question.joined == "all" and len(question.words) == 1:
            asked = queries.fuzzy_term_query(self._talk_schema, "text", question.words[0])
            talks.search(asked, limit=_SHOWN_TALKS, count=True)
            return 0
        facets = {
            name: {"terms": {"field": name, "size": 10_000}}
            for name in ("speaker", "year", "country")
        }
        talks.aggregate(asked, facets)
        # Of the words of a talk not all need stand in one passage.
        joined = "any" if question.joined == "all" else question.joined
        words = self._words_query(self._passage_schema, Question(question.words, joined))
        snippets = self._engine.SnippetGenerator.create(
            passages, words, self._passage_schema, "text"
        )
        snippets.set_max_num_chars(_SNIPPET_CHARACTERS)
        for _, address in found.hits:
            number = talks.doc(address).get_first("talk")
            of_talk = queries.term_query(self._passage_schema, "talk", number)
            inside = queries.boolean_query(
                [(occur.Must, words), (occur.Must, queries.const_score_query(of_talk, 0.0))]
            )
            best = passages.search(inside, limit=_SHOWN_PASSAGES, count=True)
            for _, passage in best.hits:
                snippets.snippet_from_doc(passages.doc(passage)).to_html()
        return int(found.count)
