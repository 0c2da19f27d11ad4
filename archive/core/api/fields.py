"""What goes out and what comes in: explicit fields, nothing computed that nobody asked for."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from archive.core.api.errors import field_errors_of
from archive.core.api.links import Links
from archive.core.errors import FieldError, InvalidInput
from archive.core.parameters import MAX_ID_DIGITS, ListParameter, ParameterForm, raise_faults
from archive.core.viewer import Viewer

Form = TypeVar("Form", bound=ParameterForm)
Getter = Callable[[Any], Any]


class Out(serializers.Serializer):
    """Fields of an answer. ``get_NAME`` gives a field's value, else the attribute of its name.

    Values are plain data already; the declared fields describe them. ``only`` in the context are
    the fields that were asked for, ``include`` those fields with ``required=False`` that are sent.
    ``sparse``: a caller may ask for some of the fields. Serializers of the framework are several
    times slower, because they copy and bind every field for every request.
    """

    sparse = False

    @property
    def viewer(self) -> Viewer:
        """Who is looking."""
        viewer: Viewer = self.context["viewer"]
        return viewer

    @property
    def links(self) -> Links:
        """Addresses as the client reaches us."""
        links: Links = self.context["links"]
        return links

    @cached_property
    def getters(self) -> list[tuple[str, Getter]]:
        """The fields that were asked for, each with the way to its value."""
        only: Collection[str] = self.context.get("only") or self.names()
        include: Collection[str] = self.context.get("include", ())
        return [
            (name, self._getter(name))
            for name, field in self._declared_fields.items()
            if (name in only if field.required else name in include)
        ]

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The fields that are sent without asking, in their order."""
        return tuple(name for name, field in cls._declared_fields.items() if field.required)

    def present(self, instance: Any) -> dict[str, Any]:
        """One object."""
        return {name: getter(instance) for name, getter in self.getters}

    def present_all(self, instances: Iterable[Any]) -> list[dict[str, Any]]:
        """Several objects."""
        return [self.present(instance) for instance in instances]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """As ``present``."""
        return self.present(instance)

    def _getter(self, name: str) -> Getter:
        field = self._declared_fields[name]
        own: Getter | None = getattr(self, f"get_{name}", None)
        read = own or attrgetter(getattr(field, "source", None) or name)
        if isinstance(field, serializers.DateTimeField):
            return lambda instance: iso_time(read(instance))
        if isinstance(field, serializers.DateField):
            return lambda instance: iso_date(read(instance))
        return read


class In(serializers.Serializer):
    """Fields of a request; a field that is not declared is refused, never ignored.

    ``read`` checks shapes alone. What a value means, and whether it may be, the services say.
    """

    def read(self, data: Any, faults: list[FieldError], path: str = "") -> dict[str, Any]:
        """The values that are given and well-formed; notes a fault for every other.

        ``path`` stands before the names of the fields, such as ``chapters[2].``. Raises
        InvalidInput where the whole body is no object: nothing else could be said of it.
        """
        if not isinstance(data, dict):
            if not path:
                detail = "The body has to be a JSON object."
                raise InvalidInput(
                    detail,
                    code="request.malformed",
                    errors=[FieldError("", "request.malformed", detail)],
                )
            faults.append(
                FieldError(path.rstrip("."), "request.malformed", "A JSON object is needed here.")
            )
            return {}
        fields = self.fields
        faults += [_unknown_field(path, name, fields) for name in data if name not in fields]
        values: dict[str, Any] = {}
        for name, field in fields.items():
            if name in data:
                _read_field(field, data[name], f"{path}{name}", name, values, faults)
            elif field.required:
                faults.append(FieldError(f"{path}{name}", "field.required", f"{name} is missing."))
        return values

    @classmethod
    def values_of(cls, data: Any) -> dict[str, Any]:
        """The values of a whole body. Raises InvalidInput with every fault."""
        faults: list[FieldError] = []
        values = cls().read(data, faults)
        raise_faults(faults)
        return values


def _read_field(
    field: serializers.Field,
    given: Any,
    path: str,
    name: str,
    values: dict[str, Any],
    faults: list[FieldError],
) -> None:
    if isinstance(field, serializers.ListSerializer) and isinstance(field.child, In):
        if not isinstance(given, list):
            faults.append(FieldError(path, "field.not_a_list", "A list is needed here."))
            return
        child = field.child
        values[name] = [
            child.read(item, faults, f"{path}[{place}].") for place, item in enumerate(given)
        ]
        return
    try:
        values[name] = field.run_validation(given)
    except serializers.ValidationError as error:
        faults += field_errors_of(error.detail, path)


def _unknown_field(path: str, name: object, known: Collection[str]) -> FieldError:
    shown = str(name)[:80]
    return FieldError(
        f"{path}{shown}",
        "field.unknown",
        f"There is no field {shown!r}; allowed are {', '.join(known)}.",
    )


class TextField(serializers.CharField):
    """A text: a JSON string, never a number that looks like one."""

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


@extend_schema_field(
    {"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 1}], "title": "NameOrId"}
)
class NameOrIdField(serializers.Field):
    """A name, or the id of an object."""

    default_error_messages = {
        "invalid": "A name or an id is needed here.",
        "null_characters": "A name cannot hold NUL.",
    }

    def to_internal_value(self, data: Any) -> str | int:
        """The name or the id."""
        if isinstance(data, str):
            if "\0" in data:
                self.fail("null_characters")
            return data.encode("utf-8", "replace").decode()
        if isinstance(data, int) and not isinstance(data, bool) and 0 < data < 10**MAX_ID_DIGITS:
            return data
        return self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


class FieldsParameter(ListParameter):
    """``fields=id,title``: the fields of an answer that are wanted."""

    def __init__(self, out: type[Out], **options: Any) -> None:
        super().__init__(
            "The fields wanted in each result, joined by commas; what is not asked for is not "
            "computed. Without it all fields are sent.",
            allowed=out.names(),
            example=",".join(out.names()[:2]),
            **options,
        )


def sparse(out: type[Out]) -> Callable[[type[Form]], type[Form]]:
    """Decorator of a form of parameters: adds ``fields`` for answers of this shape."""

    def decorate(form: type[Form]) -> type[Form]:
        names = {"__module__": form.__module__, "__doc__": form.__doc__}
        metaclass: Any = type(form)
        made: type[Form] = metaclass(
            form.__name__, (form,), {**names, "fields": FieldsParameter(out)}
        )
        return made

    return decorate


def envelope(out: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The description of a list of these."""
    name = out.__name__.removesuffix("Out")
    return type(
        f"{name}ListOut",
        (serializers.Serializer,),
        {
            "count": serializers.IntegerField(help_text="How many there are on all pages."),
            "next": serializers.URLField(allow_null=True, help_text="The next page, if any."),
            "previous": serializers.URLField(allow_null=True, help_text="The page before, if any."),
            "results": out(many=True),
            "__doc__": f"A page of a list: {name}.",
            "__module__": out.__module__,
        },
    )


def iso_time(moment: datetime | None) -> str | None:
    """UTC in whole seconds, such as ``2024-03-01T12:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def iso_date(day: date | None) -> str | None:
    """A date such as ``2024-03-01``."""
    return day.isoformat() if day else None


def pick(names: Sequence[str], wanted: Collection[str]) -> bool:
    """Whether any of these fields is wanted; an empty choice wants all."""
    return not wanted or any(name in wanted for name in names)
