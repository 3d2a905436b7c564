"""How words are found: query language, analysis, index engines, moments, indexing."""
