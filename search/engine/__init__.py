"""The engines behind search.index: Whoosh with arrays of places, and a plain one to check it by."""
