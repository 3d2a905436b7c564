"""Fetching clips: the door to yt-dlp, and what is known of the ways in which a download fails."""
