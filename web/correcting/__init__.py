"""Changing what the archive says: words, who speaks, details; suggestions and history."""
