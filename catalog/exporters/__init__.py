"""Exporters: a work's content in, bytes of one file format out; no database."""
