"""What can go wrong with a backup, in words for the person who runs the command."""


class BackupError(RuntimeError):
    """The backup was not made, or cannot be put back; nothing has been changed."""
