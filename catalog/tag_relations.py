"""What stands around a tag: other names, headings, the tree of broader and narrower tags."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, Value, Window
from django.db.models.functions import Cast, RowNumber, Substr

from catalog.models import Kind, MetaTagging, Tag, TagAncestor, TagParent, Work

_MONTH, _CHILD, _PARENT, _BROADER, _NARROWER, _SYNONYM = range(6)
_RELATED = 800
_BRANCHES = 60


@dataclass
class Branch:
    """A tag in the tree with the narrower ones below it; ``is_here`` marks the page's own tag."""

    tag: Tag
    is_here: bool = False
    branches: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class TagRelations:
    """What a tag page shows around a tag.

    ``tree`` is empty for a tag that has neither broader nor narrower ones. ``children`` are the
    most used tags that belong to this one, by kind. ``by_month`` are the works that everybody may
    see by month (``2024-02``), where they were asked for.
    """

    synonyms: list[Tag]
    parents: list[Tag]
    tree: list[Branch]
    children: list[tuple[str, list[Tag]]]
    by_month: dict[str, int] = field(default_factory=dict)


def relations_of(tag: Tag, children: int = 12, *, with_months: bool = False) -> TagRelations:
    """What stands around a tag, in one statement; up to ``children`` of each kind."""
    found: dict[int, list[tuple[int, Tag]]] = {}
    for what, of, pk, kind, name, count in _related(tag, children, with_months=with_months):
        row = Tag(pk=pk, kind=kind, name=name, works_count=count)
        found.setdefault(what, []).append((of, row))
    return TagRelations(
        synonyms=sorted((row for _, row in found.get(_SYNONYM, [])), key=lambda row: row.name),
        parents=[row for _, row in found.get(_PARENT, [])],
        tree=_tree(tag, found.get(_BROADER, []), found.get(_NARROWER, [])),
        children=_by_kind(row for _, row in found.get(_CHILD, [])),
        by_month={row.name: row.works_count for _, row in found.get(_MONTH, []) if row.name},
    )


def _related(tag: Tag, children: int, *, with_months: bool) -> QuerySet:
    """(what, of which tag, id, kind, name, works) of everything around a tag."""
    broader = TagAncestor.objects.filter(tag=tag).values("ancestor_id")
    narrower = TagAncestor.objects.filter(ancestor=tag).values("tag_id")
    related: QuerySet = (
        _rows(TagParent.objects.filter(from_tag=tag), _PARENT, "from_tag_id", "to_tag")
        .union(
            _rows(
                MetaTagging.objects.filter(Q(subtag=tag) | Q(subtag_id__in=broader)),
                _BROADER,
                "subtag_id",
                "metatag",
            ),
            _rows(
                MetaTagging.objects.filter(Q(metatag=tag) | Q(metatag_id__in=narrower)),
                _NARROWER,
                "metatag_id",
                "subtag",
            ),
            _rows(Tag.objects.filter(synonym_of=tag), _SYNONYM, "synonym_of_id", ""),
            _rows(_children(tag, children), _CHILD, "id", ""),
            *([month_rows(tag)] if with_months else []),
            all=True,
        )
        .order_by("what", "-count", "tag_name", "other")[:_RELATED]
    )
    return related


def _rows(links: QuerySet, what: int, of: str, target: str) -> QuerySet:
    prefix = f"{target}__" if target else ""
    rows: QuerySet = (
        links.order_by()
        .annotate(what=Value(what, output_field=IntegerField()), of=F(of))
        .annotate(
            other=F(f"{prefix}id"),
            tag_kind=F(f"{prefix}kind"),
            tag_name=F(f"{prefix}name"),
            count=F(f"{prefix}works_count"),
        )
        .values_list("what", "of", "other", "tag_kind", "tag_name", "count")
    )
    return rows


def _tree(
    tag: Tag, broader: list[tuple[int, Tag]], narrower: list[tuple[int, Tag]]
) -> list[Branch]:
    """The tree from the broadest tags down; what stands below two of them is opened once."""
    below: dict[int, list[Tag]] = {}
    tags = {tag.pk: tag}
    for of, row in narrower:
        tags.setdefault(row.pk, row)
        below.setdefault(of, []).append(row)
    above = {of for of, _ in broader}
    for of, row in broader:
        tags.setdefault(row.pk, row)
        below.setdefault(row.pk, []).append(tags.get(of) or Tag(pk=of))
    if not below:
        return []
    roots = [row for _, row in broader if row.pk not in above] or [tag]
    opened: set[int] = set()
    unique = {row.pk: row for row in roots}
    return [_branch(row, tag, tags, below, opened) for row in unique.values()]


def _branch(
    row: Tag, here: Tag, tags: dict[int, Tag], below: dict[int, list[Tag]], opened: set[int]
) -> Branch:
    branch = Branch(tags[row.pk], is_here=row.pk == here.pk)
    if row.pk in opened:
        return branch
    opened.add(row.pk)
    branch.branches = [
        _branch(child, here, tags, below, opened) for child in below.get(row.pk, [])[:_BRANCHES]
    ]
    return branch


def _children(tag: Tag, size: int) -> QuerySet:
    """The most used tags that belong to this one, of each kind so many."""
    rows: QuerySet = (
        Tag.objects.filter(parent_links__to_tag=tag, is_canonical=True, works_count__gt=0)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=[F("kind")],
                order_by=[F("works_count").desc(), F("name").asc(), F("id").asc()],
            )
        )
        .filter(place__lte=size)
    )
    return Tag.objects.filter(pk__in=rows.order_by().values("pk"))


def _by_kind(rows: Iterable[Tag]) -> list[tuple[str, list[Tag]]]:
    by_kind: dict[str, list[Tag]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    order = (Kind.FANDOM, Kind.RELATIONSHIP, Kind.CHARACTER, Kind.FREEFORM)
    return [(kind.value, by_kind[kind]) for kind in order if kind in by_kind]


def month_rows(tag: Tag) -> QuerySet:
    """Works that everybody may see by the month of their publication, as rows of ``_related``."""
    works = Work.objects.public()
    works = works.found_under(tag.pk) if tag.is_canonical else works.tagged_exactly(tag.pk)
    number = Value(_MONTH, output_field=IntegerField())
    rows: QuerySet = (
        works.order_by()
        .annotate(what=number, of=number, other=number, tag_kind=Value(""))
        # The text of a date begins with its month in both databases, and costs no call a row.
        .annotate(tag_name=Substr(Cast("published_at", CharField()), 1, 7))
        .values_list("what", "of", "other", "tag_kind", "tag_name")
        .annotate(count=Count("pk"))
    )
    return rows
