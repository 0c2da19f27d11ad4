"""The REST API, asked as its clients ask it."""
