"""Finding tags: completion of what is typed, lists, names to tags, and tags that go together."""

from collections.abc import Sequence

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from archive.core.errors import InvalidInput, NotFound
from archive.core.said import listed, say
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.kindwords import kind_label, kind_word
from catalog.models import Kind, Tag, TagWord
from catalog.tagcomplete import Pair, complete, few_synonyms_each
from catalog.tagcompletesql import Alternatives, Scope
from catalog.taglookup import resolve_any_kind, resolve_tag
from catalog.tagtypos import likely_spellings
from catalog.tagwords import tokens_of

COMPLETIONS = 15
SUGGESTIONS = 5
ORDERINGS = ("name", "-name", "works", "-works", "created", "-created")

_ALL_KINDS = tuple(kind.value for kind in Kind)
_DOUBTED = 2
_COLUMNS = {"name": "folded", "works": "works_count", "created": "created_at"}


def autocomplete(
    text: str,
    *,
    kind: str = "",
    fandoms: Sequence[int] = (),
    limit: int = COMPLETIONS,
) -> list[Tag]:
    """Canonical tags and synonyms (``synonym_of`` at hand) that may be meant, likeliest first.

    Every typed word has to begin a word of the name; accents, case and width make no difference.
    First the very name, then names that have the typed words as whole words, then the others, the
    most used first. With ``fandoms`` only tags that belong to one of them. Where nothing fits,
    words that look alike are tried. Nothing typed gives nothing.
    """
    tokens = tokens_of(text)
    if not tokens:
        return []
    scope = Scope((kind,) if kind else _ALL_KINDS, tuple(fandoms))
    wanted = [Alternatives((token,), begins=True) for token in tokens]
    pairs, counts = complete(text, wanted, scope, limit)
    if not pairs:
        pairs = _forgiving(text, wanted, counts, scope, limit)
    ids = few_synonyms_each(pairs, limit)
    found = Tag.objects.select_related("synonym_of").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def suggest_names(text: str, kinds: Sequence[str], limit: int = SUGGESTIONS) -> list[str]:
    """Names of up to ``limit`` tags of these kinds that somebody may have meant."""
    names: dict[str, None] = {}
    for kind in kinds:
        names.update(dict.fromkeys(tag.name for tag in autocomplete(text, kind=kind, limit=limit)))
    if not names:
        for kind in kinds:
            names.update(dict.fromkeys(_by_single_words(text, kind, limit)))
    return list(names)[:limit]


def browse(
    *,
    text: str = "",
    kind: str = "",
    status: str = "",
    fandom: int | None = None,
    ordering: str = "",
    viewer: Viewer | None = None,
) -> QuerySet[Tag]:
    """Tags of any state for lists and pages.

    ``text``: each of its words begins a word of the name. ``status`` is canonical, synonym,
    unwrangled or unwrangleable; ``fandom`` a tag they belong to; ``ordering`` one of ORDERINGS.
    Without an ordering the very name comes first, then the most used, then by name.
    """
    tags = Tag.objects.known_to(viewer)
    if kind:
        tags = tags.of_kind(kind)
    if status:
        tags = tags.with_status(status)
    if fandom is not None:
        tags = tags.belonging_to(fandom)
    rows: QuerySet[Tag] = tags.select_related("synonym_of")
    if text.strip():
        rows = _having_words(rows, text, (kind,) if kind else _ALL_KINDS)
    return _ordered(rows, text, ordering)


def resolve(name: str, *, kind: str = "", viewer: Viewer | None = None) -> Tag:
    """The tag that a name means, ``synonym_of`` at hand.

    Raises NotFound ``tag.unknown`` with up to five suggestions, InvalidInput ``tag.ambiguous`` when
    no kind is given and the name stands in several.
    """
    found = resolve_tag(kind, name) if kind else None
    tags = [found] if found else [] if kind else resolve_any_kind(name)
    known = set(
        Tag.objects.known_to(viewer)
        .filter(pk__in=[t.pk for t in tags])
        .values_list("pk", flat=True)
    )
    tags = [tag for tag in tags if tag.pk in known]
    if not tags:
        what = kind_label(kind) if kind else kind_word("tag")
        raise NotFound(
            say("There is no {what} named {name!r}.", what=what, name=name[:150]),
            code="tag.unknown",
            extra={"suggestions": suggest_names(name, (kind,) if kind else _ALL_KINDS)},
        )
    if len(tags) > 1:
        kinds = listed(kind_word(tag.kind) for tag in tags)
        raise InvalidInput(
            say(
                "{name!r} stands in several kinds ({kinds}); say which one is meant.",
                name=name[:150],
                kinds=kinds,
            ),
            code="tag.ambiguous",
            extra={"candidates": [{"id": t.pk, "kind": t.kind, "name": t.name} for t in tags]},
        )
    return tags[0]


def _forgiving(
    text: str, known: Sequence[Alternatives], counts: Sequence[int], scope: Scope, limit: int
) -> list[Pair]:
    """Tags that have words like those typed.

    At first words that nothing begins with are taken for others, then the longest of the known
    words may be others as well.
    """
    tokens = [word.words[0] for word in known]
    strange = [token for token, count in zip(tokens, counts, strict=True) if not count]
    wanted = list(known)
    if strange:
        likely = likely_spellings(strange, scope.kinds)
        if len(likely) < len(strange):
            return []
        for place, token in enumerate(tokens):
            if token in likely:
                wanted[place] = Alternatives(likely[token], begins=False)
        found, _ = complete(text, wanted, scope, limit)
        if found:
            return found
    doubted = sorted(set(tokens).difference(strange), key=len)[-_DOUBTED:]
    others = likely_spellings(doubted, scope.kinds, doubted=True)
    bold = [
        Alternatives(others[word.words[0]], begins=False) if word.words[0] in others else word
        for word in wanted
    ]
    return complete(text, bold, scope, limit)[0] if others else []


def _by_single_words(text: str, kind: str, limit: int) -> list[str]:
    """Names that have the longest of the words typed, when no name has all of them."""
    tokens = sorted(tokens_of(text), key=len, reverse=True)
    for token in tokens[:2]:
        if len(token) > 2:
            found = autocomplete(token, kind=kind, limit=limit)
            if found:
                return [tag.name for tag in found]
    return []


def _having_words(rows: QuerySet[Tag], text: str, kinds: tuple[str, ...]) -> QuerySet[Tag]:
    tokens = tokens_of(text)
    if not tokens:
        return rows.none()
    longest = max(tokens, key=len)
    words = TagWord.objects.of_kinds(kinds)
    rows = rows.filter(pk__in=words.beginning(longest).values("tag_id"))
    for token in tokens:
        if token != longest:
            rows = rows.filter(Exists(words.beginning(token).filter(tag=OuterRef("pk"))))
    return rows


def _ordered(rows: QuerySet[Tag], text: str, ordering: str) -> QuerySet[Tag]:
    if ordering:
        column = _COLUMNS[ordering.lstrip("-")]
        sign = "-" if ordering.startswith("-") else ""
        return rows.order_by(*dict.fromkeys([f"{sign}{column}", "folded", "pk"]))
    if text.strip():
        first = Case(When(folded=fold_name(text), then=Value(0)), default=Value(1))
        return rows.order_by(first, "-works_count", "folded", "pk")
    return rows.order_by("folded", "pk")
