"""Tests of the house: sizes, guards, faces, addresses."""
