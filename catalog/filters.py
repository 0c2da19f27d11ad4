"""WorkFilterSet: the one reader of what pages, API, feeds and saved searches ask of the works."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django import forms
from django.http import QueryDict

from archive.core.errors import FieldError
from archive.core.paging import PageRequest
from archive.core.parameters import PageForm, Parameter, ParameterForm, raise_faults
from archive.core.viewer import ANONYMOUS, Viewer
from catalog.filter_declarations import KINDS, WORK_PARAMETERS
from catalog.filter_params import Params, to_params
from catalog.filter_tags import Asked, TagAnswers, ask, blocked_refs, resolve
from catalog.filter_values import Bounds, QueryTextParameter, intersect
from catalog.models import Work
from catalog.workquery import DATES, FLAGS, RANGES, TagRef, WorkQuery

_BOUNDS = ("", "__gte", "__gt", "__lte", "__lt")


class WorkFilter(django_filters.Filter):  # type: ignore[misc]  # django-filter has no types
    """One parameter of the works list; reads a value, filters nothing by itself."""

    def __init__(self, parameter: Parameter) -> None:
        super().__init__()
        self.parameter = parameter

    @property
    def field(self) -> Parameter:
        """The form field."""
        return self.parameter


class WorkFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Parser, validator, form and description of the parameters of the works list.

    ``to_query()`` is its output. ``base`` is what an address asks for before its parameters (the
    works of a tag, of a creator); parameters that would widen it are not offered there.
    ``strict`` refuses a text query that cannot be parsed; pages take the best reading instead.
    ``tolerated`` are names that the caller reads by itself.
    """

    extra: ClassVar[Mapping[str, Parameter]] = {}

    class Meta:
        model = Work
        fields: ClassVar[list[str]] = []
        form = PageForm

    def __init__(
        self,
        data: QueryDict | Mapping[str, Any] | None = None,
        *,
        viewer: Viewer = ANONYMOUS,
        base: WorkQuery | None = None,
        strict: bool = True,
        tolerated: Collection[str] = (),
    ) -> None:
        # The filters hold no state, so unlike the parent's they are shared, not copied: a copy of
        # all of them for each request costs more than reading the parameters.
        self.filters = self.base_filters
        self.is_bound = data is not None
        self.data = data if data is not None else QueryDict()
        self.viewer = viewer
        self.base = base or WorkQuery()
        self.strict = strict
        self.tolerated = frozenset(tolerated)
        self.answers = TagAnswers()
        self._query: WorkQuery | None = None
        self._dates: Params = []

    @classmethod
    def get_filters(cls) -> dict[str, WorkFilter]:
        """One filter for each declared parameter."""
        return {name: WorkFilter(field) for name, field in {**WORK_PARAMETERS, **cls.extra}.items()}

    @property
    def form(self) -> ParameterForm:
        """The bound form: values as given, errors beside them."""
        if not hasattr(self, "_form"):
            form_class = type(self).form_class(strict=self.strict, hidden=self._hidden())
            self._form = form_class(self.data if self.is_bound else {}, tolerated=self.tolerated)
        return self._form

    @classmethod
    def form_class(cls, *, strict: bool = True, hidden: tuple[str, ...] = ()) -> type[PageForm]:
        """The form for a choice of parameters; also what describes them."""
        own: Any = cls
        return _form_class(own, strict=strict, hidden=hidden)

    def to_query(self) -> WorkQuery:
        """What was asked. Raises InvalidInput naming every fault of every parameter."""
        if self._query is None:
            faults = self.form.faults()
            given = self.form.cleaned_data
            asked = self._asked(given)
            questions = [question for group in asked.values() for question in group]
            self.answers = resolve(questions, self.viewer)
            faults += self.answers.faults
            ranges, dates = self._bounds(given, faults)
            raise_faults(_by_parameter(faults, list(self.data)))
            self._query = self._build(given, asked, ranges, dates)
        return self._query

    def to_params(self) -> Params:
        """The request in its normal form; tags as ids, ages as they were written."""
        query = replace(self.to_query(), tags_blocked=())
        kinds = {pk: tag.kind for pk, tag in self.answers.tags.items()}
        params = to_params(query, kinds=kinds, dates=self._dates)
        if self.form.cleaned_data.get("include_blocked"):
            params.append(("include_blocked", "true"))
        return params

    def to_url(self) -> str:
        """The normal form as a query string."""
        return urlencode(self.to_params())

    @property
    def page(self) -> PageRequest:
        """The page asked for; only after ``to_query``."""
        page: PageRequest = self.form.cleaned_data["page"]
        return page

    def _hidden(self) -> tuple[str, ...]:
        hidden = ("creator_id",) if self.base.creators else ()
        return (*hidden, "series") if self.base.series else hidden

    def _asked(self, given: Mapping[str, Any]) -> dict[str, list[Asked]]:
        names = [f"{kind}{suffix}" for kind in KINDS for suffix in ("", "__any", "__not")]
        return {name: ask(name, given[name]) for name in (*names, "exact_tag") if given.get(name)}

    def _refs(self, questions: Sequence[Asked]) -> tuple[TagRef, ...]:
        return tuple(sorted({self.answers.refs[question] for question in questions}))

    def _bounds(
        self, given: Mapping[str, Any], faults: list[FieldError]
    ) -> tuple[list[tuple], list[tuple]]:
        """The ranges and the dates of the query; notes bounds that leave nothing."""
        found: dict[str, list[tuple]] = {"range": [], "date": []}
        for what, names in (("range", RANGES), ("date", DATES)):
            for name in names:
                bounds: dict[str, Bounds] = {
                    f"{name}{suffix}": given[f"{name}{suffix}"]
                    for suffix in _BOUNDS
                    if given.get(f"{name}{suffix}") is not None
                }
                low, high, fault = intersect(name, list(bounds.values()), what)
                if fault is not None:
                    faults.append(fault)
                elif bounds:
                    found[what].append((name, low, high))
                if what == "date":
                    self._dates += [(key, value.spelling) for key, value in bounds.items()]
        return found["range"], found["date"]

    def _build(
        self,
        given: Mapping[str, Any],
        asked: Mapping[str, list[Asked]],
        ranges: list[tuple],
        dates: list[tuple],
    ) -> WorkQuery:
        required, forbidden, groups = set(self.base.tags), set(self.base.tags_not), []
        for name, questions in asked.items():
            refs = self._refs(questions)
            if name.endswith("__not"):
                forbidden |= set(refs)
            elif name.endswith("__any") and len(refs) > 1:
                groups.append(refs)
            else:
                required |= set(refs)
        page: PageRequest = given["page"]
        shown_all = given.get("include_blocked")
        return WorkQuery(
            text=given.get("q") or "",
            text_scope=given.get("q_in") or "all",
            title=given.get("title") or "",
            creator=given.get("creator") or "",
            tag_text=given.get("tag_text") or "",
            tags=tuple(sorted(required)),
            tags_any=tuple(sorted(groups)),
            tags_not=tuple(sorted(forbidden)),
            tags_blocked=() if shown_all else blocked_refs(self.viewer),
            languages=tuple(sorted(given.get("language") or ())),
            languages_not=tuple(sorted(given.get("language__not") or ())),
            ranges=tuple(ranges),
            dates=tuple(dates),
            flags=tuple((name, given[name]) for name in FLAGS if given.get(name) is not None),
            series=tuple(sorted({*self.base.series, *(given.get("series") or ())})),
            creators=tuple(sorted({*self.base.creators, *(given.get("creator_id") or ())})),
            ordering=given.get("ordering") or "",
            page=page.number,
            page_size=page.size,
            facets=given.get("facets") or (),
            facet_size=given.get("facet_size") or WorkQuery().facet_size,
            highlight=bool(given.get("highlight")),
            lenient=not self.strict,
        )


@lru_cache(maxsize=64)
def _form_class(filter_set: Any, *, strict: bool, hidden: tuple[str, ...]) -> type[PageForm]:
    fields: dict[str, forms.Field] = {
        name: item.field for name, item in filter_set.base_filters.items() if name not in hidden
    }
    if not strict:
        fields["q"] = QueryTextParameter(str(fields["q"].help_text))
        fields["q"].strict = False  # type: ignore[attr-defined]  # just made
    return type(f"{filter_set.__name__}Form", (PageForm,), fields)


def _by_parameter(faults: list[FieldError], order: list[str]) -> list[FieldError]:
    """The faults in the order in which the request named the parameters."""
    places = {name: place for place, name in enumerate(order)}
    return sorted(faults, key=lambda fault: places.get(fault.field, len(places)))
