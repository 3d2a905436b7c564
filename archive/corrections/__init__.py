"""What people set right in transcripts, and how each change is kept.

Begin at ``saving.py``, which changes words, and ``history.py``, which reads what was changed:

    saving.py     correct, restore, undo: each is one transaction and one revision
    everywhere.py the same mistake in many talks, with one undo
    bringing_back.py  a transcript that was corrected elsewhere
    carrying.py   corrections carried over to a machine's next transcript
    speaking.py   who spoke when, by words
    who_spoke.py  who spoke when at an earlier revision; turns put back
    history.py    the revisions of a talk's track; the words at any of them
    present.py    the transcript that is shown, with its revision and what of it is checked
    checked.py    marking passages, or all of it, as checked
    since.py      where words of an earlier revision stand now, and who touched them
    reworded.py   words with times for a text that somebody typed
    realigned.py  the times that such words get from the sound, later
    revision_documents.py  what a revision keeps of its change, as bytes
    patches.py    segments that take the place of others, forwards and back
    standing.py   the transcript that is shown, as a transaction changes it

Who saves says on which revision the change was made (``Present.revision``). Others' changes that
came between are merged where they touch other words; where they touch the same ones, EditConflict
says what stands there now and who wrote it.
"""
