"""What a draft still lacks, in the language of the page: programs read the names of fields."""

from collections.abc import Iterable

from django import template
from django.utils.translation import pgettext_lazy

register = template.Library()

_WORDS = {
    "title": pgettext_lazy("missing from a draft", "title"),
    "language": pgettext_lazy("missing from a draft", "language"),
    "fandoms": pgettext_lazy("missing from a draft", "fandoms"),
    "rating": pgettext_lazy("missing from a draft", "rating"),
    "warnings": pgettext_lazy("missing from a draft", "warnings"),
    "creators": pgettext_lazy("missing from a draft", "creators"),
    "chapters": pgettext_lazy("missing from a draft", "chapters"),
}


@register.filter
def in_words(fields: Iterable[str | object]) -> str:
    """Names of fields, or errors that stand at fields, as one line of words."""
    names = (str(getattr(given, "field", given)) for given in fields)
    return ", ".join(str(_WORDS.get(name, name)) for name in names)
