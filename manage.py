#!/usr/bin/env python3
"""Entry point of every management command."""

import os
import sys


def main() -> None:
    """Run the command named on the command line with the development settings by default."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.dev")
    try:
        from django.core.exceptions import ImproperlyConfigured  # after the settings name
        from django.core.management import execute_from_command_line
        from django.db import Error as DatabaseError
    except ModuleNotFoundError as error:
        sys.exit(f"{error}. Set the environment up first: make setup, then .venv/bin/python.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The archive does not start: {error}")
    except DatabaseError as error:
        from archive.core.management.database_trouble import explain  # after the settings

        sentence = None if "--traceback" in sys.argv else explain(error)
        if sentence is None:
            raise
        sys.exit(sentence)
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; what was finished is kept.\n")
        sys.exit(130)  # 128 + SIGINT, as shells say it
    except BrokenPipeError:  # the reader of a pipe, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
