"""Tests of the admin site."""
