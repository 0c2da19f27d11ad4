"""Tags: one table with a kind, and a proxy model for each kind."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from archive.core.text import tag_slug
from catalog.models.sanitised import SanitisedModel
from catalog.querysets.tag import TagQuerySet


class Kind(models.TextChoices):
    """The kinds of tags in the order in which they are displayed."""

    RATING = "rating", "Rating"
    WARNING = "warning", "Content warning"
    CATEGORY = "category", "Category"
    FANDOM = "fandom", "Fandom"
    RELATIONSHIP = "relationship", "Relationship"
    CHARACTER = "character", "Character"
    FREEFORM = "freeform", "Freeform"
    MEDIA = "media", "Media"


CLOSED_KINDS = frozenset({Kind.RATING, Kind.WARNING, Kind.CATEGORY, Kind.MEDIA})
WORK_KINDS = tuple(kind for kind in Kind if kind != Kind.MEDIA)


_TagManager = models.Manager.from_queryset(TagQuerySet)


class TagManager(_TagManager["Tag"]):
    """All tags, or those of one kind."""

    def __init__(self, kind: Kind | None = None) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> TagQuerySet:
        """The tags of the kind."""
        rows = TagQuerySet(self.model, using=self._db)
        return rows if self.kind is None else rows.of_kind(self.kind)

    def create(self, **values: Any) -> "Tag":
        """A tag of the kind."""
        return super().create(**({"kind": self.kind} if self.kind else {}), **values)


class Tag(SanitisedModel):
    """A tag of one kind.

    States: canonical (works are found under it), synonym (``synonym_of`` is a canonical tag of the
    same kind), unwrangleable, or unsorted. ``folded`` is the key under which names are equal.
    ``works_count`` counts works that everybody may see and that are found under the tag.
    """

    HTML_FIELDS: ClassVar[dict[str, str]] = {"description_html": ""}

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=150)
    folded = models.CharField(max_length=300)
    is_canonical = models.BooleanField(default=False)
    is_unwrangleable = models.BooleanField(default=False)
    synonym_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="synonyms"
    )
    parents = models.ManyToManyField(
        "self", through="TagParent", symmetrical=False, related_name="children"
    )
    metatags = models.ManyToManyField(
        "self",
        through="MetaTagging",
        through_fields=("subtag", "metatag"),
        symmetrical=False,
        related_name="subtags",
    )
    ancestors = models.ManyToManyField(
        "self",
        through="TagAncestor",
        through_fields=("tag", "ancestor"),
        symmetrical=False,
        related_name="descendants",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="order among closed kinds")
    is_adult = models.BooleanField(default=False, help_text="ratings: ask before showing the text")
    description_html = models.TextField(blank=True)
    works_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[TagManager] = TagManager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "folded"], name="tag_name_unique_per_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Kind]), name="tag_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(folded=""), name="tag_name_given"
            ),
            models.CheckConstraint(
                condition=models.Q(synonym_of=None) | models.Q(is_canonical=False),
                name="tag_synonym_is_not_canonical",
            ),
            models.CheckConstraint(
                condition=models.Q(synonym_of=None) | ~models.Q(synonym_of=models.F("id")),
                name="tag_is_not_its_own_synonym",
            ),
            models.CheckConstraint(
                condition=models.Q(is_unwrangleable=False)
                | models.Q(is_canonical=False, synonym_of=None),
                name="tag_unwrangleable_is_unsorted",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "is_canonical", "-works_count"], name="tag_popular"),
            models.Index(fields=["kind", "-created_at"], name="tag_newest"),
            models.Index(
                fields=["-works_count", "id"],
                name="tag_canonical_popular",
                condition=models.Q(is_canonical=True),
            ),
            models.Index(
                fields=["kind", "-works_count", "id"],
                name="tag_canonical_kind_popular",
                condition=models.Q(is_canonical=True),
            ),
            models.Index(
                fields=["synonym_of", "id"],
                name="tag_synonyms",
                condition=models.Q(synonym_of__isnull=False),
            ),
            models.Index(
                fields=["kind", "created_at"],
                name="tag_unsorted",
                condition=models.Q(is_canonical=False, synonym_of=None, is_unwrangleable=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the tag; the slug is decoration."""
        return reverse("tag", args=[self.pk, tag_slug(self.name)])

    @property
    def status(self) -> str:
        """canonical, synonym, unwrangleable or unwrangled."""
        if self.is_canonical:
            return "canonical"
        if self.synonym_of_id is not None:
            return "synonym"
        return "unwrangleable" if self.is_unwrangleable else "unwrangled"


class TagAlias(models.Model):
    """Another name under which a tag of a closed kind is understood, such as "Underage"."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="aliases")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=150)
    folded = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "folded"], name="tag_alias_unique_per_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class TagParent(models.Model):
    """A link across kinds: the parent is what the child belongs to (a character's fandom)."""

    from_tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="parent_links")
    to_tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="child_links")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["from_tag", "to_tag"], name="tag_parent_once"),
            models.CheckConstraint(
                condition=~models.Q(from_tag=models.F("to_tag")), name="tag_parent_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_tag_id} belongs to {self.to_tag_id}"


class MetaTagging(models.Model):
    """A direct link between canonical tags of one kind: the metatag is the broader one."""

    subtag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="metatag_links")
    metatag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="subtag_links")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subtag", "metatag"], name="metatag_once"),
            models.CheckConstraint(
                condition=~models.Q(subtag=models.F("metatag")), name="metatag_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metatag_id} is broader than {self.subtag_id}"


class TagAncestor(models.Model):
    """The closure of the metatag links: computed, never edited by hand."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="ancestor_links")
    ancestor = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="descendant_links")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tag", "ancestor"], name="tag_ancestor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} is above {self.tag_id}"


class Rating(Tag):
    """How suitable a work is, one per work."""

    objects: ClassVar[TagManager] = TagManager(Kind.RATING)

    class Meta:
        proxy = True


class ContentWarning(Tag):
    """What a reader is warned about before the text."""

    objects: ClassVar[TagManager] = TagManager(Kind.WARNING)

    class Meta:
        proxy = True
        verbose_name = "content warning"


class Category(Tag):
    """Which kinds of relationships a work is about."""

    objects: ClassVar[TagManager] = TagManager(Kind.CATEGORY)

    class Meta:
        proxy = True
        verbose_name_plural = "categories"


class Fandom(Tag):
    """The source that a work is based on."""

    objects: ClassVar[TagManager] = TagManager(Kind.FANDOM)

    class Meta:
        proxy = True


class Relationship(Tag):
    """Characters in a romantic (/) or other (&) relationship."""

    objects: ClassVar[TagManager] = TagManager(Kind.RELATIONSHIP)

    class Meta:
        proxy = True


class Character(Tag):
    """Somebody in a work."""

    objects: ClassVar[TagManager] = TagManager(Kind.CHARACTER)

    class Meta:
        proxy = True


class Freeform(Tag):
    """Anything else a creator wants to say about a work."""

    objects: ClassVar[TagManager] = TagManager(Kind.FREEFORM)

    class Meta:
        proxy = True


class Media(Tag):
    """The heading above fandoms: books, television ..."""

    objects: ClassVar[TagManager] = TagManager(Kind.MEDIA)

    class Meta:
        proxy = True
        verbose_name_plural = "media"


PROXIES: dict[Kind, type[Tag]] = {
    Kind.RATING: Rating,
    Kind.WARNING: ContentWarning,
    Kind.CATEGORY: Category,
    Kind.FANDOM: Fandom,
    Kind.RELATIONSHIP: Relationship,
    Kind.CHARACTER: Character,
    Kind.FREEFORM: Freeform,
    Kind.MEDIA: Media,
}
