"""What the archive holds: types, errors, settings, database, catalog, media store, leases."""
