"""What programs read: the JSON API, feeds, previews of links, sitemaps."""
