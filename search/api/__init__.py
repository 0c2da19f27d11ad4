"""The part of the REST API that belongs to the search."""
