"""Sentences of the domain: English wherever programs read them, the reader's language on pages.

``say("The work {pk} does not exist.", pk=5)`` is the English text, so the API, logs and commands
need not know of it. Put into a page it is translated there, as templates ask values for ``__html__``;
the catalogue of messages holds the templates (``make messages`` looks for ``say`` and ``counted``).
What is stored or sent to another process is ``packed``, so that its reader's language is free.
"""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from string import Formatter


class Said(str):
    """A sentence that remembers its template and what was put into it.

    ``many`` is the template for another number than one of ``n``, "" where no number decides.
    """

    __slots__ = ("many", "template", "values")
    template: str
    values: dict[str, object]
    many: str

    def __new__(
        cls, template: str, values: dict[str, object] | None = None, many: str = ""
    ) -> "Said":
        """The English sentence; without values the template is the sentence."""
        chosen = many if many and values is not None and values["n"] != 1 else template
        said = super().__new__(cls, chosen if values is None else chosen.format(**values))
        said.template = template
        said.values = values or {}
        said.many = many
        return said

    def __reduce__(self) -> tuple[type["Said"], tuple[str, dict[str, object] | None, str]]:
        """Copies and other processes get the template too."""
        return type(self), (self.template, self.values or None, self.many)

    def __html__(self) -> str:
        """The sentence in the language of the page, escaped."""
        return escape(translated(self))


def say(template: str, /, **values: object) -> Said:
    """A sentence of the domain: its English template with named places, and what stands there."""
    return Said(template, values or None)


def counted(one: str, many: str, /, *, n: int, **values: object) -> Said:
    """A sentence about a number ``n``: its templates for one and for any other number."""
    return Said(one, {"n": n, **values}, many)


def listed(parts: Iterable[object], /) -> Said:
    """Things named one after the other; those that are sentences are translated each."""
    values: dict[str, object] = {f"part{number}": part for number, part in enumerate(parts)}
    return Said(", ".join(f"{{{name}}}" for name in values), values)


def translated(text: str) -> str:
    """The text in the language of this request; what nobody translated stays English."""
    return _speakers[-1](text) if isinstance(text, Said) and text else text


def speak_with(speaker: Callable[[Said], str]) -> None:
    """Let this function translate from now on; without one every sentence is English.

    Queries and importers are plain Python, so ``archive.core.speaking`` brings Django in.
    """
    _speakers.append(speaker)


def packed(text: str) -> object:
    """The text as JSON can hold it, with what ``unpacked`` needs to make the sentence again."""
    return _packed(text) if isinstance(text, Said) and text.values else str(text)


def _packed(text: Said) -> dict[str, object]:
    values = {name: _packed_value(value) for name, value in text.values.items()}
    return {"said": text.template, "many": text.many, "values": values}


def unpacked(found: object) -> Said:
    """The sentence that was ``packed``; one whose template asks for more than its values is odd.

    Raises ValueError for such a one: the sender may have been taken over by the file it read.
    """
    if not isinstance(found, Mapping):
        return Said(str(found))
    templates = (str(found["said"]), str(found["many"]))
    values = {
        str(name): unpacked(value) if isinstance(value, Mapping) else value
        for name, value in found["values"].items()
    }
    for template in templates:
        for _, name, spec, _ in Formatter().parse(template):
            if name is not None and (name not in values or spec not in _SPECS):
                raise ValueError(f"{{{name}:{spec}}} is no place for a value.")
    return Said(templates[0], values or None, templates[1])


_SPECS = ("", ",", "g")
"""How values may be written; a width could ask for more memory than there is."""


def _packed_value(value: object) -> object:
    if isinstance(value, Said):
        return _packed(value)
    return value if isinstance(value, int | float) else str(value)


_speakers: list[Callable[[Said], str]] = [str]
