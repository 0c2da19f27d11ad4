"""Sentences of the domain: English wherever programs read them, the reader's language on pages.

``say("The work {pk} does not exist.", pk=5)`` is the English text, so the API, logs and commands
need not know of it. Put into a page it is translated there, as templates ask values for ``__html__``;
the catalogue of messages holds the templates (``make messages`` looks for ``say``).
"""

from string import Formatter
from typing import Any

from django.utils.formats import number_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext


class Said(str):
    """A sentence that remembers its template and what was put into it."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object] | None = None) -> "Said":
        """The English sentence; without values the template is the sentence."""
        text = template if values is None else template.format(**values)
        said = super().__new__(cls, text)
        said.template = template
        said.values = values or {}
        return said

    def __reduce__(self) -> tuple[type["Said"], tuple[str, dict[str, object] | None]]:
        """Copies and other processes get the template too."""
        return type(self), (self.template, self.values or None)

    def __html__(self) -> SafeString:
        """The sentence in the language of the page, escaped."""
        return escape(translated(self))


def say(template: str, /, **values: object) -> Said:
    """A sentence of the domain: its English template with named places, and what stands there."""
    return Said(template, values or None)


def translated(text: str) -> str:
    """The text in the language of this request; what nobody translated stays English."""
    if not isinstance(text, Said) or not text:
        return text
    template = gettext(text.template)
    if not text.values:
        return template
    own = {name: translated(v) if isinstance(v, str) else v for name, v in text.values.items()}
    return _LocalFormatter().format(template, **own)


class _LocalFormatter(Formatter):
    """Groups the digits of ``{number:,}`` as the language does."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "," and isinstance(value, int):
            return str(number_format(value, use_l10n=True, force_grouping=True))
        return str(super().format_field(value, format_spec))
