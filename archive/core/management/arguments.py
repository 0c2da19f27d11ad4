"""Types of arguments that several commands take."""

from argparse import ArgumentTypeError
from collections.abc import Callable


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A type for argparse: a whole number within both bounds; any other ends the command with 2."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ArgumentTypeError(
                f"{text!r} is not allowed; a number from {least:,} to {most:,} is."
            )
        return number

    return read
