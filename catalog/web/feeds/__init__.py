"""Feeds: OPDS 1.2 and 2.0 for e-readers, Atom for feed readers; they read, they never write."""
