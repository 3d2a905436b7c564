"""Lists of talks: all of them, those of an event, those of a speaker."""
