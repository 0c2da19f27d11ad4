"""The plumbing that every part of the REST API shares."""
