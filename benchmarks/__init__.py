"""Measurements that are run by hand; nothing of the archive imports them."""
