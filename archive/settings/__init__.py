"""Settings: base plus one subject a file; dev, prod and test hold differences only."""
