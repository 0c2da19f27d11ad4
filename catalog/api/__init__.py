"""The REST API of the catalogue: thin views over filters, readers and services."""
