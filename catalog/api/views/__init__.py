"""Views of the API, one subject a file."""
