"""The one place where text is declared to be markup already."""

from django.utils.safestring import SafeString, mark_safe


def as_markup(text: str) -> SafeString:
    """Text that pages take as it is: sanitised when it was written, or escaped part by part.

    Who calls it stands in tests/house/test_guard.py with the reason.
    """
    return mark_safe(text)  # noqa: S308  what this module is for
