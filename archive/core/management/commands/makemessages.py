"""``manage.py makemessages``: Django's own, which finds sentences of ``say`` and ``counted`` too."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Collects the texts of the interface for translation."""

    help = (
        "Collect the texts of the interface, those of say() and counted() too, into the catalogues "
        "of gettext. Example: manage.py makemessages -l de. `make messages` gives the options used here."
    )
    # A guess at a translation is worse than none: a test tells of those that are missing.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=say:1",
        "--keyword=counted:1,2",
    ]
