"""What to do when a command meets a database that is away, full, empty or of another version."""

from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor


def explain(error: Error) -> str | None:
    """A sentence for whoever runs the command; None when the fault is in the program."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.close()
        executor = MigrationExecutor(connection)
    except Error:
        return f"The database cannot be used: {error}. ARCHIVE_DATABASE_URL says where it is."
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return (
            "The tables of the database are not those of this version. Run manage.py migrate first."
        )
    if isinstance(error, OperationalError):
        return f"The database could not do what was asked of it: {error}."
    return None
