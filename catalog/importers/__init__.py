"""Importers: bytes in, ``ImportedWork`` out; no database, no network."""
