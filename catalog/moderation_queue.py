"""The moderators' queue: reports grouped by what they are about, with the text in question."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When
from django.utils.translation import gettext

from archive.core.html import text_of
from archive.core.viewer import Viewer
from catalog.models import ActionLog, Chapter, Creator, DuplicatePair, Report, Tag, Work
from catalog.report_targets import Target

GROUPS_SHOWN = 30
_EXCERPT = 700
_HTML_READ = 6_000
_LOG_SHOWN = 20
_CHAPTERS_SHOWN = 20


@dataclass
class Group:
    """The reports about one object; ``excerpt`` is plain text, empty where the object is gone.

    ``within`` is the title of the work of a chapter.
    """

    target: Target
    label: str
    oldest: datetime
    reports: list[Report] = field(default_factory=list)
    excerpt: str = ""
    within: str = ""

    @property
    def kind_label(self) -> str:
        """What kind of object it is, in words."""
        return gettext(Report.Target(self.target.kind).label)

    @property
    def assignees(self) -> list[str]:
        """Who looks at it."""
        names = {row.assignee.username for row in self.reports if row.assignee is not None}
        return sorted(names)


def queue(*, mine: int | None = None) -> list[Group]:
    """What waits, the reports that nobody looks at first, then the oldest; a few statements.

    ``mine`` keeps to what is assigned to one account.
    """
    rows = Report.objects.filter(state__in=Report.OPEN_STATES)
    if mine is not None:
        rows = rows.filter(assignee_id=mine)
    waiting = Case(
        When(Q(state=Report.State.OPEN), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    heads = (
        rows.order_by()
        .values("target_kind", "target_id")
        .annotate(oldest=Min("created_at"), waits=Min(waiting), n=Count("pk"))
        .order_by("waits", "oldest", "target_kind", "target_id")[:GROUPS_SHOWN]
    )
    groups = {
        Target(row["target_kind"], row["target_id"]): Group(
            Target(row["target_kind"], row["target_id"]), "", row["oldest"]
        )
        for row in heads
    }
    for report in _reports_of(groups, rows):
        group = groups.get(Target(report.target_kind, report.target_id))
        if group is not None:
            group.reports.append(report)
            group.label = report.target_label
    _add_excerpts(groups)
    return list(groups.values())


def open_targets_count() -> int:
    """How many objects have open reports."""
    rows = Report.objects.filter(state__in=Report.OPEN_STATES).order_by()
    return rows.values("target_kind", "target_id").distinct().count()


def reports_about(target: Target) -> list[Report]:
    """All reports about one object, the newest first."""
    rows = Report.objects.filter(target_kind=target.kind, target_id=target.id)
    return list(rows.select_related("reporter", "assignee").order_by("-id"))


def log_of(targets: Iterable[Target]) -> list[ActionLog]:
    """The last acts on these objects."""
    wanted = Q(pk__in=[])
    for target in targets:
        wanted |= Q(object_kind=target.kind, object_id=target.id)
    return list(ActionLog.objects.filter(wanted).order_by("-id")[:_LOG_SHOWN])


def chapters_to_read(work: Work, viewer: Viewer, *, only: int | None = None) -> list[Chapter]:
    """The chapters of a work that the viewer may read, with their text; the first twenty."""
    rows = Chapter.objects.visible_to(viewer).filter(work=work).order_by("position")
    if only is not None:
        rows = rows.filter(pk=only)
    return list(rows[:_CHAPTERS_SHOWN])


def look_alikes(work: Work) -> list[DuplicatePair]:
    """The pairs of works, not dismissed, of which this work is one."""
    rows = DuplicatePair.objects.filter(Q(first=work) | Q(second=work))
    return list(rows.exclude(state=DuplicatePair.State.DISMISSED).order_by("-likeness")[:10])


def _reports_of(groups: Iterable[Target], rows: QuerySet[Report]) -> list[Report]:
    ids: dict[str, list[int]] = defaultdict(list)
    for target in groups:
        ids[target.kind].append(target.id)
    wanted = Q(pk__in=[])
    for kind, keys in ids.items():
        wanted |= Q(target_kind=kind, target_id__in=keys)
    return list(rows.filter(wanted).select_related("reporter", "assignee").order_by("id"))


def _add_excerpts(groups: dict[Target, Group]) -> None:
    """One statement for each kind of object that is there."""
    ids: dict[str, list[int]] = defaultdict(list)
    for target in groups:
        ids[target.kind].append(target.id)
    found: list[tuple[str, int, str, str]] = []
    if ids["work"] or ids["chapter"]:
        found += _of_chapters(ids["work"], ids["chapter"])
    if ids["creator"]:
        for pk, html in Creator.objects.filter(pk__in=ids["creator"]).values_list(
            "pk", "profile_html"
        ):
            found.append(("creator", pk, text_of(html) or gettext("There is no profile."), ""))
    if ids["tag"]:
        for pk, name, html in Tag.objects.filter(pk__in=ids["tag"]).values_list(
            "pk", "name", "description_html"
        ):
            found.append(("tag", pk, text_of(html) or name, ""))
    for kind, pk, text, within in found:
        group = groups.get(Target(kind, pk))
        if group is not None:
            group.excerpt, group.within = _short(text), within


def _of_chapters(works: list[int], chapters: list[int]) -> list[tuple[str, int, str, str]]:
    """The beginning of the first chapters of works, and of chapters, as far as they are posted."""
    rows = (
        Chapter.objects.filter(
            Q(pk__in=chapters) | Q(work_id__in=works, position=1), status="posted"
        )
        .unscoped("moderators read what was reported")
        .values_list("pk", "work_id", "position", "html", "work__summary_html", "work__title")
    )
    found: list[tuple[str, int, str, str]] = []
    for pk, work_id, position, html, summary, title in rows:
        beginning = text_of(html[:_HTML_READ].rpartition("<")[0] or html[:_HTML_READ])
        found.append(("chapter", pk, beginning, title))
        if position == 1:
            told = text_of(summary)
            found.append(("work", work_id, f"{told}\n\n{beginning}" if told else beginning, ""))
    return found


def _short(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT].rstrip()} …"
