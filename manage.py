#!/usr/bin/env python3
"""Entry point of every management command."""

import os
import sys


def main() -> None:
    """Run the command named on the command line with the development settings by default."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.dev")
    try:
        from django.core.management import execute_from_command_line  # after the settings name
    except ModuleNotFoundError as error:
        sys.exit(f"{error}. Set the environment up first: make setup, then .venv/bin/python.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
