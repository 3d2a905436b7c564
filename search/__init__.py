"""How words are found.

Begin at ``searching.py``, which goes from what was typed to a page of results, and ``index.py``,
the seam to an engine:

    words/      what a word is: tokens, stems and sounds, the vocabulary of the archive
    asking/     what a person types, and what that asks of an engine
    engine/     the engines: which talks hold it, how well, and where
    answering/  moments, people, facets, other queries: what a person is shown
    storage/    the files of an index, verified and written whole

Beside them stand the nouns that all of these share: ``documents.py`` (what the index holds of a
talk), ``matches.py``, ``nearness.py``, ``results.py``, ``directory.py`` (what search needs of the
catalog); and what keeps the index: ``indexing.py`` and ``opening.py``.
"""
