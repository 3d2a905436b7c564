"""Event pages, read into a manifest: begin at ``event_page``."""
