"""``manage.py makemessages``: Django's own, which finds the sentences of ``say`` too."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Collects the texts of the interface for translation."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=say:1"]
