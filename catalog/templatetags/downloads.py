"""The formats that this archive writes, for the links of pages."""

from django import template
from django.utils.translation import gettext

from catalog.services.export_books import MOST_WORKS
from catalog.services.exporting import formats

register = template.Library()


@register.simple_tag
def download_formats() -> list[tuple[str, str]]:
    """Extension and name of each format, PDF where its engine is installed."""
    names = {"txt": gettext("Text")}
    return [(extension, names.get(extension, form.name)) for extension, form in formats().items()]


@register.simple_tag
def book_limit() -> int:
    """How many works go into one file."""
    return MOST_WORKS
