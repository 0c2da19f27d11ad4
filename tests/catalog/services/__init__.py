"""Tests of the services of the catalogue."""
