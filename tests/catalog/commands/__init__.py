"""Tests of the commands of the catalogue."""
