"""The search: outbox, engines, indexing. It knows the catalog; the catalog never knows it."""
