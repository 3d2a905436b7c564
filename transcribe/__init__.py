"""How speech becomes words: engines, models, pieces, captions."""
