"""How talks get in: manifests, yt-dlp, local files and folders, probing; the list of stages."""
