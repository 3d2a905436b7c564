"""The search page and what else shows where words are said: feeds, reels, the concordance."""
