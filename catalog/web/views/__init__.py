"""Page views, one subject a file; each parses, asks, renders."""
