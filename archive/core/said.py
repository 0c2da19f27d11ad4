"""Sentences of the domain: English wherever programs read them, the reader's language on pages.

``say("The work {pk} does not exist.", pk=5)`` is the English text, so the API, logs and commands
need not know of it. Put into a page it is translated there, as templates ask values for ``__html__``;
the catalogue of messages holds the templates (``make messages`` looks for ``say``).
"""

from collections.abc import Callable
from html import escape


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

    def __html__(self) -> str:
        """The sentence in the language of the page, escaped."""
        return escape(translated(self))


def say(template: str, /, **values: object) -> Said:
    """A sentence of the domain: its English template with named places, and what stands there."""
    return Said(template, values or None)


def translated(text: str) -> str:
    """The text in the language of this request; what nobody translated stays English."""
    return _speakers[-1](text) if isinstance(text, Said) and text else text


def speak_with(speaker: Callable[[Said], str]) -> None:
    """Let this function translate from now on; without one every sentence is English.

    Queries and importers are plain Python, so ``archive.core.speaking`` brings Django in.
    """
    _speakers.append(speaker)


_speakers: list[Callable[[Said], str]] = [str]
