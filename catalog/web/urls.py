"""Addresses of the pages for readers."""

from django.urls import path

from archive.core import converters
from catalog.web.views import (
    account,
    blocking,
    downloads,
    drafts,
    home,
    people,
    report,
    search,
    sitemap,
    stats,
    tags,
    works,
)

__all__ = ["converters", "urlpatterns"]

urlpatterns = [
    path("", home.home, name="home"),
    path("works/", works.work_list, name="works"),
    path("works/<rowid:work_id>/", works.work, name="work"),
    path("works/<rowid:work_id>/post/", drafts.post, name="post-work"),
    path("works/<rowid:work_id>/navigate/", works.navigate, name="navigate"),
    path("works/<rowid:work_id>/chapters/", works.go_to_chapter, name="go-to-chapter"),
    path("works/<rowid:work_id>/chapters/<rowid:chapter_id>/", works.chapter, name="chapter"),
    path("works/<rowid:work_id>/download/<slug:extension>/", downloads.download, name="download"),
    path("account/", account.account, name="account"),
    path("account/searches/", account.add_search, name="save-search"),
    path("account/searches/<rowid:search_id>/delete/", account.remove_search, name="delete-search"),
    path("account/blocked/", blocking.blocked, name="block-tag"),
    path("account/blocked/<rowid:tag_id>/delete/", blocking.unblock, name="unblock-tag"),
    path("account/keys/", account.add_key, name="make-key"),
    path("account/keys/<rowid:key_id>/revoke/", account.remove_key, name="revoke-key"),
    path("account/notices/", report.notices, name="notices"),
    path("account/notices/read/", report.read_notices, name="read-notices"),
    path("report/<slug:kind>/<rowid:pk>/", report.report, name="report"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("tags/<rowid:tag_id>-<str:slug>/", tags.tag, name="tag"),
    path("tags/<rowid:tag_id>/", tags.tag, name="tag-by-id"),
    path("fandoms/", tags.browse, {"section": "fandoms"}, name="fandoms"),
    path("characters/", tags.browse, {"section": "characters"}, name="characters"),
    path("relationships/", tags.browse, {"section": "relationships"}, name="relationships"),
    path("tags/", tags.browse, {"section": "tags"}, name="tags"),
    path("series/", people.series_list, name="series-list"),
    path("series/<rowid:series_id>/", people.series, name="series"),
    path("creators/", people.creators, name="creators"),
    path("creators/<rowid:creator_id>/", people.creator, name="creator"),
    path("users/<rowid:creator_id>/pseuds/<path:name>/", people.pseud, name="pseud"),
    path("languages/", home.languages, name="languages"),
    path("stats/", stats.stats, name="stats"),
    path("stats/<slug:name>.csv", stats.stats_csv, name="stats-csv"),
    path("search/", search.search, name="search"),
    path("help/search/", search.search_help, name="search-help"),
    path("about/", home.about, name="about"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<slug:what>-<rowid:number>.xml", sitemap.part, name="sitemap-part"),
    path("opensearch.xml", home.opensearch, name="opensearch"),
    path("robots.txt", home.robots, name="robots"),
]
