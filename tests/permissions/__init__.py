"""The permission matrix as data, and its tests on the API and on the pages."""
