"""``manage.py makemessages``: Django's own, which finds the sentences of ``say`` too."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Collects the texts of the interface for translation."""

    help = (
        "Collect the texts of the interface, those of say() too, into the catalogues of gettext. "
        "Example: manage.py makemessages -l de. `make messages` gives the options used here."
    )
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=say:1"]
