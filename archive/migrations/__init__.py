"""Alembic migrations of the catalog; run by archive.database when an archive is opened."""
