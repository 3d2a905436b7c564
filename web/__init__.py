"""The outer shell: pages, JSON API, media and the command line."""
