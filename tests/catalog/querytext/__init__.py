"""Tests of the text query language."""
