"""From tags as a request names them to what works are filtered by, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive.core.errors import FieldError
from archive.core.parameters import shown
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.filter_values import TagName
from catalog.models import WORK_KINDS, BlockedTag, Tag
from catalog.taglookup import resolve_many
from catalog.tagsearch import suggest_names
from catalog.workquery import TagRef

_SUGGESTED_FOR = 3
_ALL_KINDS = tuple(kind.value for kind in WORK_KINDS)


@dataclass(frozen=True)
class Asked:
    """One tag of a request: the ``parameter`` it came in, the kinds it may be of."""

    parameter: str
    kinds: tuple[str, ...]
    tag: TagName
    exact: bool = False


@dataclass
class TagAnswers:
    """What the tags of a request mean, by the question, and what is wrong with the others."""

    refs: dict[Asked, TagRef] = field(default_factory=dict)
    tags: dict[int, Tag] = field(default_factory=dict)
    faults: list[FieldError] = field(default_factory=list)


def ask(parameter: str, names: Iterable[TagName]) -> list[Asked]:
    """The questions of one parameter such as ``fandom__any`` or ``exact_tag``."""
    kind = parameter.partition("__")[0]
    kinds = (kind,) if kind in _ALL_KINDS else _ALL_KINDS
    return [Asked(parameter, kinds, name, exact=parameter == "exact_tag") for name in names]


def resolve(asked: Sequence[Asked], viewer: Viewer) -> TagAnswers:
    """The filter tags meant: four statements at most, more only where one is unknown.

    A canonical tag stands for itself, a synonym for its canonical tag, any other for works that
    carry those very words. A tag that may stand on secret works alone is unknown to this viewer.
    """
    answers = TagAnswers()
    if not asked:
        return answers
    found = _Found(asked, viewer)
    for question in asked:
        tags = found.of(question)
        if len(tags) == 1:
            ref, tag = _meant(tags[0], exact=question.exact)
            answers.refs[question] = ref
            answers.tags[ref.id] = tag
        elif tags:
            answers.faults.append(_ambiguous(question, tags))
    unknown = [question for question in asked if not found.of(question)]
    answers.faults += _unknown(unknown, found)
    return answers


def meant_by(tag: Tag) -> TagRef:
    """What works are filtered by for a tag, ``synonym_of`` at hand."""
    return _meant(tag, exact=False)[0]


def blocked_refs(viewer: Viewer) -> tuple[TagRef, ...]:
    """What this viewer never wants to see in lists: one statement, none where nothing is blocked."""
    return tuple(sorted({meant_by(tag) for tag in blocked_tags(viewer)}))


def blocked_tags(viewer: Viewer) -> list[Tag]:
    """The tags that a viewer blocks, ``synonym_of`` at hand: one statement at most.

    An account keeps its own; a guest's are the ids that the browser brings.
    """
    if viewer.user_id is not None:
        rows = BlockedTag.objects.filter(user_id=viewer.user_id).select_related("tag__synonym_of")
        return [row.tag for row in rows]
    if not viewer.blocked:
        return []
    tags = Tag.objects.filter(pk__in=viewer.blocked, kind__in=_ALL_KINDS)
    return list(tags.select_related("synonym_of").order_by("folded", "pk"))


class _Found:
    """The tags that the ids and names of a request can mean to its viewer."""

    def __init__(self, asked: Sequence[Asked], viewer: Viewer) -> None:
        ids = {question.tag.id for question in asked if question.tag.id is not None}
        rows = Tag.objects.filter(pk__in=ids).select_related("synonym_of") if ids else ()
        self.by_id = {tag.pk: tag for tag in rows}
        names: dict[str, set[str]] = defaultdict(set)
        for question in asked:
            if question.tag.id is None:
                for kind in question.kinds:
                    names[kind].add(question.tag.name)
        self.by_name = resolve_many(names)
        self._forget_secrets(viewer)

    def of(self, question: Asked) -> list[Tag]:
        """All tags the question can mean: one, or several for a name that stands in many kinds."""
        if question.tag.id is not None:
            tag = self.by_id.get(question.tag.id)
            return [tag] if tag is not None and tag.kind in question.kinds else []
        keys = ((kind, question.tag.name) for kind in question.kinds)
        return [self.by_name[key] for key in keys if key in self.by_name]

    def _forget_secrets(self, viewer: Viewer) -> None:
        """Leave out unsorted tags whose names the viewer may not learn: one statement, if any."""
        tags = (*self.by_id.values(), *self.by_name.values())
        doubted = {t.pk for t in tags if not t.is_canonical and t.synonym_of_id is None}
        if not doubted:
            return
        told = Tag.objects.known_to(viewer).filter(pk__in=doubted)
        secret = doubted - set(told.values_list("pk", flat=True))
        self.by_id = {pk: tag for pk, tag in self.by_id.items() if pk not in secret}
        self.by_name = {key: tag for key, tag in self.by_name.items() if tag.pk not in secret}


def _meant(tag: Tag, *, exact: bool) -> tuple[TagRef, Tag]:
    if exact:
        return TagRef(tag.pk, exact=True), tag
    if tag.synonym_of is not None:
        return TagRef(tag.synonym_of.pk), tag.synonym_of
    return TagRef(tag.pk, exact=not tag.is_canonical), tag


def _ambiguous(question: Asked, tags: Sequence[Tag]) -> FieldError:
    candidates: list[object] = [{"id": t.pk, "kind": t.kind, "name": t.name} for t in tags]
    kinds = ", ".join(tag.kind for tag in tags)
    return FieldError(
        question.parameter,
        "tag.ambiguous",
        say(
            "{given} stands in several kinds ({kinds}); use the parameter of the kind, or an id.",
            given=shown(question.tag.given),
            kinds=kinds,
        ),
        {"given": question.tag.given, "candidates": candidates},
    )


def _unknown(unknown: Sequence[Asked], found: _Found) -> list[FieldError]:
    named = [question for question in unknown if question.tag.id is None]
    suggestions = {
        question: suggest_names(question.tag.given, question.kinds)
        for question in named[:_SUGGESTED_FOR]
    }
    return [_not_found(question, suggestions.get(question, []), found) for question in unknown]


def _not_found(question: Asked, suggestions: Sequence[str], found: _Found) -> FieldError:
    what = question.kinds[0] if len(question.kinds) == 1 else "tag"
    if question.tag.id is None:
        detail = say(
            "There is no {what} named {given}.", what=what, given=shown(question.tag.given)
        )
    else:
        detail = say("There is no {what} with the id {id}.", what=what, id=question.tag.id)
        other = found.by_id.get(question.tag.id)
        if other is not None:
            detail = say(
                "{detail} It is a {kind}. A name of digits is written name:{pk}.",
                detail=detail,
                kind=other.kind,
                pk=other.pk,
            )
    if suggestions:
        names = ", ".join(suggestions)
        detail = say("{detail} Did you mean {names}?", detail=detail, names=names)
    return FieldError(
        question.parameter,
        "tag.unknown",
        detail,
        {"given": question.tag.given, "suggestions": list(suggestions)},
    )
