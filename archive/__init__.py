"""The project: settings, the shared kernel, accounts and the two servers' entry points."""
