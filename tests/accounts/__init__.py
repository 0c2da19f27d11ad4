"""Tests of accounts: signing in, second factor, sessions, names."""
