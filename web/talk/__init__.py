"""The page of a talk, and all that is taken away from it: quotes, clips, transcripts, pictures."""
