"""What the API sends and takes, field by field."""
