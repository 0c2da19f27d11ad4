"""``manage.py migrate``: Django's own command, with the example that all commands have."""

from django.core.management.commands import migrate


class Command(migrate.Command):
    """Nothing but the help differs."""

    help = (
        "Make or update the tables, with the closed kinds and languages in them: an empty archive "
        "is ready for use. Example: manage.py migrate"
    )
