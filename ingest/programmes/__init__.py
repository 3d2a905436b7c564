"""The forms in which a programme is written, each read into a manifest."""
