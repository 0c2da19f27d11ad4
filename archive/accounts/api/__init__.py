"""The API of accounts: keys."""
