"""The domain: works, chapters, tags, series, creators and moderation."""
