"""Query parameters: declared once, read strictly, every fault of a request told at once."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from archive.core.errors import FieldError, InvalidInput
from archive.core.paging import MAX_DEPTH, MAX_PAGE_SIZE, parse_page
from archive.core.said import Said, say
from archive.core.spelling import closest

Value = TypeVar("Value")
MAX_VALUES = 100
MAX_ID_DIGITS = 18
_SHOWN = 80


class Refusal(ValidationError):
    """One value that cannot be used; ``extra`` are further members of the FieldError."""

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(detail, code=code)
        self.extra = extra


class ValuesInput(forms.TextInput):
    """Reads every value of a parameter, empty ones left out; draws them as one line of text."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> list[str]:
        """The values as given, without surrounding white space."""
        return values_of(data, name)

    def format_value(self, value: Any) -> str | None:
        """The values as one text."""
        return ", ".join(value) if isinstance(value, list | tuple) else value


def values_of(data: Mapping[str, Any], name: str) -> list[str]:
    """Every value of a parameter that is not empty, whether ``data`` is a QueryDict or plain."""
    getlist = getattr(data, "getlist", None)
    values = getlist(name) if getlist else data.get(name, [])
    if isinstance(values, str) or not isinstance(values, Iterable):
        values = [str(values)]
    return [text for text in (str(value).strip() for value in values) if text]


class Parameter(forms.Field, ABC, Generic[Value]):
    """A parameter with one value, or several where ``repeated``.

    ``read`` turns one text into a value or raises Refusal. The cleaned value is None when the
    parameter is absent or empty; a tuple when it is repeated. ``example`` and ``schema`` describe
    the parameter to clients.
    """

    widget: type[forms.Widget] = ValuesInput
    repeated = False
    refuses_nul = True
    schema: Mapping[str, Any] = {"type": "string"}

    def __init__(self, help_text: str, *, example: object = "", **options: Any) -> None:
        self.example = example
        self.repeated = options.pop("repeated", self.repeated)
        self.schema = options.pop("schema", self.schema)
        options.setdefault("required", False)
        super().__init__(help_text=help_text, **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Parameter[Value]":
        """Itself: it holds no state, and copying all of a form costs more than reading them."""
        return self

    def clean(self, value: list[str] | None) -> Any:
        """The value or values. Raises ValidationError with a Refusal for each fault."""
        given = value or []
        if not given and self.required:
            raise Refusal("parameter.required", say("This parameter is needed."))
        if len(given) > (MAX_VALUES if self.repeated else 1):
            most = say("at most {most} are allowed", most=MAX_VALUES)
            most = most if self.repeated else say("once is allowed")
            raise Refusal(
                "parameter.repeated",
                say("Given {given} times; {most}.", given=len(given), most=most),
            )
        read: list[Value] = []
        faults: list[ValidationError] = []
        for text in given:
            try:
                if self.refuses_nul and "\0" in text:
                    raise Refusal("parameter.invalid", say("A NUL character is not allowed."))
                read.append(self.read(text))
            except Refusal as refusal:
                faults.append(refusal)
        if faults:
            raise ValidationError(faults)
        if self.repeated:
            return tuple(dict.fromkeys(read))
        return read[0] if read else None

    @abstractmethod
    def read(self, text: str) -> Value:
        """The value meant by a text that is not empty. Raises Refusal."""


class TextParameter(Parameter[str]):
    """Words."""

    def __init__(self, help_text: str, *, most: int = 200, **options: Any) -> None:
        super().__init__(help_text, **options)
        self.most = most

    def read(self, text: str) -> str:
        """The text with its white space collapsed."""
        if len(text) > self.most:
            raise Refusal(
                "parameter.too_long",
                say(
                    "{given} characters; at most {most} are allowed.",
                    given=len(text),
                    most=self.most,
                ),
            )
        return " ".join(text.split())


class ChoiceParameter(Parameter[str]):
    """One of a closed set of words."""

    def __init__(self, help_text: str, *, allowed: Sequence[str], **options: Any) -> None:
        options.setdefault("schema", {"type": "string", "enum": list(allowed)})
        super().__init__(help_text, **options)
        self.allowed = tuple(allowed)

    def read(self, text: str) -> str:
        """The word itself."""
        if text not in self.allowed:
            raise Refusal(
                "parameter.invalid",
                say(
                    "{text} is not allowed; use {allowed}.",
                    text=shown(text),
                    allowed=", ".join(self.allowed),
                ),
            )
        return text


class ListParameter(Parameter[tuple[str, ...]]):
    """Words of a closed set, joined by commas or given several times.

    ``all_of`` is what the word ``all`` stands for, where it means something.
    """

    def __init__(
        self,
        help_text: str,
        *,
        allowed: Collection[str],
        all_of: Sequence[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(help_text, repeated=True, **options)
        self.allowed = tuple(allowed)
        self.all_of = tuple(all_of)

    def clean(self, value: list[str] | None) -> tuple[str, ...]:
        """The words in the order in which they were first named."""
        lists: tuple[tuple[str, ...], ...] = super().clean(value)
        return tuple(dict.fromkeys(name for names in lists for name in names))

    def read(self, text: str) -> tuple[str, ...]:
        """The words of one list."""
        if self.all_of and text == "all":
            return self.all_of
        names = tuple(name.strip() for name in text.split(",") if name.strip())
        unknown = [name for name in names if name not in self.allowed]
        if unknown:
            raise Refusal(
                "parameter.invalid",
                say(
                    "Unknown: {unknown}; allowed are {allowed}.",
                    unknown=", ".join(shown(name) for name in unknown[:10]),
                    allowed=", ".join(self.allowed),
                ),
            )
        return names


class IdParameter(Parameter[int]):
    """The id of an object."""

    schema = {"type": "integer", "minimum": 1}

    def read(self, text: str) -> int:
        """The number."""
        if not is_id(text) or int(text) < 1:
            raise Refusal(
                "id.invalid", say("{text} is no id; an id is a whole number.", text=shown(text))
            )
        return int(text)


class NumberParameter(Parameter[int]):
    """A whole number between two bounds, both allowed."""

    def __init__(self, help_text: str, *, low: int, high: int, **options: Any) -> None:
        super().__init__(help_text, **options)
        self.low, self.high = low, high
        self.schema = {"type": "integer", "minimum": low, "maximum": high}

    def read(self, text: str) -> int:
        """The number."""
        if not is_id(text) or not self.low <= int(text) <= self.high:
            raise Refusal(
                "parameter.invalid",
                say(
                    "{text} is not allowed; a whole number from {low} to {high:,}.",
                    text=shown(text),
                    low=self.low,
                    high=self.high,
                ),
            )
        return int(text)


class FlagParameter(Parameter[bool]):
    """``true`` or ``false``, in any case."""

    schema = {"type": "boolean"}

    def read(self, text: str) -> bool:
        """The truth value."""
        word = text.lower()
        if word not in ("true", "false"):
            raise Refusal(
                "parameter.invalid",
                say("{text} is not allowed; use true or false.", text=shown(text)),
            )
        return word == "true"


class RawParameter(Parameter[str]):
    """A text that somebody else reads."""

    def read(self, text: str) -> str:
        """The text."""
        return text


def is_id(text: str) -> bool:
    """Digits only, and few enough of them for a row's id."""
    return text.isascii() and text.isdecimal() and len(text) <= MAX_ID_DIGITS


def shown(text: str) -> str:
    """A value as an error message quotes it."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


class ParameterForm(forms.Form):
    """The parameters of one address. Unknown ones are errors, never ignored.

    ``checked()`` is the way in: the values by name, or InvalidInput with every fault.
    """

    format = ChoiceParameter(
        "How the answer is written, whatever `Accept` says; JSON is for programs.",
        allowed=("json", "api"),
        # The pages for people are no part of what programs are promised.
        schema={"type": "string", "enum": ["json"]},
        example="json",
    )

    def __init__(self, *args: Any, tolerated: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tolerated = frozenset(tolerated)
        self.use_required_attribute = False

    def checked(self) -> dict[str, Any]:
        """The value of each parameter. Raises InvalidInput naming every fault."""
        raise_faults(self.faults())
        return self.cleaned_data

    def faults(self) -> list[FieldError]:
        """What is wrong, in the order of the request."""
        unknown = [self._unknown(name) for name in self.data if self._is_unknown(name)]
        return unknown + field_errors(self.errors)

    def _is_unknown(self, name: str) -> bool:
        return name not in self.fields and name not in self.tolerated

    def _unknown(self, name: str) -> FieldError:
        near = closest(name, self.fields)
        hint = say(" Did you mean {names}?", names=", ".join(near)) if near else ""
        return FieldError(
            name[:_SHOWN],
            "parameter.unknown",
            say(
                "There is no parameter {name} here.{hint} Allowed are {fields}.",
                name=shown(name),
                hint=hint,
                fields=", ".join(sorted(self.fields)),
            ),
            {"suggestions": near} if near else {},
        )


class PageForm(ParameterForm):
    """The parameters of a list: adds ``page`` and ``page_size``; the value of ``page`` is a PageRequest."""

    page = RawParameter(
        "Which page of the list, from 1.",
        example=1,
        schema={"type": "integer", "minimum": 1, "maximum": MAX_DEPTH, "default": 1},
    )
    page_size = RawParameter(
        f"How many results on a page. page × page_size goes up to {MAX_DEPTH:,}.",
        example=20,
        schema={"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": 20},
    )

    def clean(self) -> dict[str, Any]:
        """Read both together, because the depth limit is on their product."""
        cleaned = self.cleaned_data
        try:
            cleaned["page"] = parse_page(cleaned.get("page") or "", cleaned.get("page_size") or "")
        except InvalidInput as error:
            for fault in error.errors:
                self.add_error(fault.field, Refusal(fault.code, fault.detail))
        return cleaned


def field_errors(errors: ErrorDict) -> list[FieldError]:
    """The errors of a form as those of a request."""
    return [
        FieldError(name, fault.code or "parameter.invalid", _sentence(fault), _extra(fault))
        for name, faults in errors.as_data().items()
        for fault in faults
    ]


def raise_faults(faults: Sequence[FieldError]) -> None:
    """Raise InvalidInput for faults, if there are any; its code is the first one's."""
    if not faults:
        return
    first = faults[0]
    detail = say("{field}: {detail}", field=first.field, detail=first.detail)
    if len(faults) > 1:
        more = len(faults) - 1
        detail = say("{detail} (and {more} more, see errors)", detail=detail, more=more)
    raise InvalidInput(detail, code=first.code, errors=faults, extra=dict(first.extra))


def _sentence(fault: ValidationError) -> str:
    message = fault.message % fault.params if fault.params else fault.message
    return message if isinstance(message, Said) else str(message)


def _extra(fault: ValidationError) -> dict[str, object]:
    return dict(fault.extra) if isinstance(fault, Refusal) else {}
