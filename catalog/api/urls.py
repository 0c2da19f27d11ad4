"""Addresses of the API of the catalogue, below /api/v1/."""

from django.urls import URLPattern, path

from archive.core import converters
from catalog.api.views import (
    chapters,
    downloads,
    dumps,
    imports,
    me,
    moderation,
    people,
    reports,
    root,
    sync,
    tags,
    works,
    wrangling,
)

__all__ = ["converters", "urlpatterns"]


def _kind(segment: str, kind: str) -> list[URLPattern]:
    """The tags of one kind under its own name."""
    given = {"kind": kind, "id_prefix": segment}
    return [
        path(f"{segment}/", tags.KindList.as_view(**given), name=f"{kind}-list"),
        path(f"{segment}/<rowid:pk>/", tags.KindDetail.as_view(**given), name=f"{kind}-detail"),
        path(f"{segment}/<rowid:pk>/works/", tags.TagWorks.as_view(**given), name=f"{kind}-works"),
    ]


_works = [
    path("works/", works.WorkList.as_view(), name="work-list"),
    path("works/random/", works.WorkRandom.as_view(), name="work-random"),
    path("works/<rowid:pk>/", works.WorkDetail.as_view(), name="work-detail"),
    path("works/<rowid:pk>/post/", works.WorkPost.as_view(), name="work-post"),
    path("works/<rowid:pk>/similar/", works.WorkSimilar.as_view(), name="work-similar"),
    path(
        "works/<rowid:pk>/download.<slug:extension>",
        downloads.WorkDownload.as_view(),
        name="work-download",
    ),
    path(
        "works/download.<slug:extension>",
        downloads.WorksDownload.as_view(),
        name="works-download",
    ),
    path("works/<rowid:pk>/chapters/", chapters.WorkChapters.as_view(), name="work-chapters"),
    path(
        "works/<rowid:pk>/chapters/reorder/",
        chapters.WorkReorder.as_view(),
        name="work-chapters-reorder",
    ),
    path(
        "works/<rowid:pk>/chapters/<rowid:position>/",
        chapters.WorkChapterAt.as_view(),
        name="work-chapter",
    ),
    path("chapters/<rowid:pk>/", chapters.ChapterDetail.as_view(), name="chapter-detail"),
    path("chapters/<rowid:pk>/post/", chapters.ChapterPost.as_view(), name="chapter-post"),
]

_tags = [
    path("tags/", tags.TagList.as_view(), name="tag-list"),
    path("tags/autocomplete/", tags.TagAutocomplete.as_view(), name="tag-autocomplete"),
    path("tags/resolve/", tags.TagResolve.as_view(), name="tag-resolve"),
    path("tags/<rowid:pk>/", tags.TagDetail.as_view(), name="tag-detail"),
    path("tags/<rowid:pk>/works/", tags.TagWorks.as_view(), name="tag-works"),
    path("tags/<rowid:pk>/related/", tags.TagRelated.as_view(), name="tag-related"),
    path(
        "tags/<rowid:pk>/make-canonical/",
        wrangling.MakeCanonical.as_view(),
        name="tag-make-canonical",
    ),
    path("tags/<rowid:pk>/decanonise/", wrangling.Decanonise.as_view(), name="tag-decanonise"),
    path("tags/<rowid:pk>/make-synonym/", wrangling.MakeSynonym.as_view(), name="tag-make-synonym"),
    path("tags/<rowid:pk>/split/", wrangling.Split.as_view(), name="tag-split"),
    path("tags/<rowid:pk>/metatags/", wrangling.Metatags.as_view(), name="tag-metatags"),
    path("tags/<rowid:pk>/parents/", wrangling.Parents.as_view(), name="tag-parents"),
    path("tags/<rowid:pk>/undo/", wrangling.Undo.as_view(), name="tag-undo"),
]

_people = [
    path("creators/", people.CreatorList.as_view(), name="creator-list"),
    path("creators/<rowid:pk>/", people.CreatorDetail.as_view(), name="creator-detail"),
    path("creators/<rowid:pk>/works/", people.CreatorWorks.as_view(), name="creator-works"),
    path("series/", people.SeriesList.as_view(), name="series-list"),
    path("series/<rowid:pk>/", people.SeriesDetail.as_view(), name="series-detail"),
    path("series/<rowid:pk>/works/", people.SeriesWorks.as_view(), name="series-works"),
    path(
        "series/<rowid:pk>/download.<slug:extension>",
        downloads.SeriesDownload.as_view(),
        name="series-download",
    ),
    path("languages/", people.LanguageList.as_view(), name="language-list"),
]

_me = [
    path("me/", me.Me.as_view(), name="me"),
    path("me/blocked-tags/", me.BlockedTags.as_view(), name="me-blocked-tags"),
    path("me/saved-searches/", me.SavedSearches.as_view(), name="me-saved-searches"),
    path(
        "me/saved-searches/<rowid:pk>/",
        me.SavedSearchDetail.as_view(),
        name="me-saved-search",
    ),
]

_reports = [
    path("reports/", reports.ReportList.as_view(), name="report-list"),
    path("reports/<rowid:pk>/", reports.ReportDetail.as_view(), name="report-detail"),
    path("reports/<rowid:pk>/assign/", reports.Assign.as_view(), name="report-assign"),
    path("reports/<rowid:pk>/resolve/", reports.Resolve.as_view(), name="report-resolve"),
    path("reports/<rowid:pk>/dismiss/", reports.Dismiss.as_view(), name="report-dismiss"),
    path("reports/<rowid:pk>/reopen/", reports.Reopen.as_view(), name="report-reopen"),
]

_moderation = [
    path(
        "moderation/works/<rowid:pk>/",
        moderation.ModeratedWork.as_view(),
        name="moderation-work",
    ),
    *[
        path(
            f"moderation/works/<rowid:pk>/{act}/",
            view.as_view(),
            name=f"moderation-work-{act}",
        )
        for act, view in moderation.ACTS.items()
    ],
    path("moderation/log/", moderation.Log.as_view(), name="moderation-log"),
    path("moderation/log/<rowid:pk>/", moderation.LogEntry.as_view(), name="moderation-log-entry"),
]

urlpatterns = [
    path("", root.Root.as_view(), name="root"),
    *_works,
    *_tags,
    *[pattern for item in tags.KIND_PATHS.items() for pattern in _kind(*item)],
    *_people,
    *_me,
    *_reports,
    *_moderation,
    path("sync/works/", sync.SyncWorks.as_view(), name="sync-works"),
    path("dumps/", dumps.Dumps.as_view(), name="dump-list"),
    path("dumps/<str:name>", dumps.DumpFile.as_view(), name="dump-file"),
    path("imports/", imports.Imports.as_view(), name="import-list"),
    path("stats/", root.Stats.as_view(), name="stats"),
]
