"""Pages of the catalogue for readers."""
