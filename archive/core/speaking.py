"""Sentences of the domain in the language that Django has active."""

from string import Formatter
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from archive.core.said import Said, translated


def in_language_of_request(text: Said) -> str:
    """The sentence by its translated template, and what stands in it translated too."""
    if text.many:
        template = ngettext(text.template, text.many, _number(text.values["n"]))
    else:
        template = gettext(text.template)
    if not text.values:
        return template
    own = {name: translated(v) if isinstance(v, str) else v for name, v in text.values.items()}
    return _LocalFormatter().format(template, **own)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


class _LocalFormatter(Formatter):
    """Groups the digits of ``{number:,}`` as the language does."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "," and isinstance(value, int):
            return str(number_format(value, use_l10n=True, force_grouping=True))
        return str(super().format_field(value, format_spec))
