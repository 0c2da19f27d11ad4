"""Accounts: users, their API keys, who is looking."""
