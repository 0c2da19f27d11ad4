"""Every address of the site stands in the visibility matrix, or here with a reason."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.matrix import CHANCE, COUNTING, LISTING, OPENING

OF_KINDS = ("fandom", "character", "relationship", "freeform", "warning", "rating", "category")
EXEMPT = {
    "health-live": "figures of the machine, no work",
    "health-ready": "figures of the index, no work",
    "health-live-api": "the same",
    "health-ready-api": "the same",
    "dashboard": "numbers for moderators alone; tests/admin/test_dashboard.py",
    "login": "a form",
    "logout": "ends a session",
    "register": "a form; tests/accounts/test_registration.py",
    "forgotten-password": "a form; tests/accounts/test_recovery.py",
    "reset-password": "a form; tests/accounts/test_recovery.py",
    "protection": "the viewer's own; tests/accounts/test_recovery.py",
    "second-factor": "the viewer's own; tests/accounts/test_second_factor.py",
    "reading-settings": "how pages look in this browser",
    "accent": "a colour",
    "choose-language": "the viewer's own; tests/web/test_languages.py",
    "post-work": "writes; tests/web/test_drafts.py",
    "account": "the viewer's own; tests/web/test_account.py",
    "keep-place": "writes; tests/web/test_places.py",
    "forget-place": "writes; tests/web/test_places.py",
    "save-search": "writes; tests/web/test_account.py",
    "delete-search": "writes; tests/web/test_account.py",
    "block-tag": "the viewer's own; tests/web/test_blocked.py",
    "unblock-tag": "writes; tests/web/test_blocked.py",
    "make-key": "writes; tests/web/test_account.py",
    "revoke-key": "writes; tests/web/test_account.py",
    "notices": "the viewer's own; tests/web/test_report.py",
    "read-notices": "writes; tests/web/test_report.py",
    "report": "titles of what the viewer can see; tests/web/test_report.py",
    "drafts": "own drafts; tests/web/test_drafts.py",
    "import": "a form and own uploads; tests/web/test_importing.py",
    "import-job": "own uploads; tests/web/test_importing.py",
    "import-row": "own uploads; tests/web/test_importing.py",
    "tag-by-id": "redirects to the tag",
    "characters": "the same view as fandoms and tags",
    "relationships": "the same view as fandoms and tags",
    "pseud": "redirects to the creator",
    "search": "a form",
    "search-help": "fixed text",
    "api-help": "redirects to the documentation of the API",
    "about": "fixed text",
    "stats": "sums of public works; tests/web/test_stats.py",
    "tag-csv": "sums of public works; tests/web/test_tag_pages.py",
    "stats-csv": "sums of public works; tests/web/test_stats.py",
    "sitemap": "addresses of public works; tests/web/test_sitemap.py",
    "sitemap-part": "addresses of public works; tests/web/test_sitemap.py",
    "opensearch": "fixed text",
    "robots": "fixed text",
    "api:root": "addresses",
    "api:work-post": "writes; tests/api/test_writing.py",
    "api:work-chapters-reorder": "writes; tests/api/test_writing.py",
    "api:chapter-post": "writes; tests/api/test_writing.py",
    "api:tag-list": "tags with public counts; tests/api/test_tags.py",
    "api:tag-autocomplete": "tags with public counts; tests/api/test_tags.py",
    "api:tag-resolve": "one tag by its name; tests/api/test_tags.py",
    "api:tag-detail": "a tag with its public count; tests/api/test_tags.py",
    "api:tag-related": "tags by public works; tests/api/test_tags.py",
    "api:media-list": "tags with public counts",
    "api:media-detail": "a tag with its public count",
    "api:media-works": "the view of every kind's works",
    "api:creator-list": "tests/api/test_people.py",
    "api:creator-detail": "tests/api/test_people.py",
    "api:series-list": "tests/api/test_people.py",
    "api:series-detail": "tests/api/test_people.py",
    "api:language-list": "names of languages",
    "api:me": "the caller alone; tests/api/test_me.py",
    "api:me-blocked-tags": "the caller's own; tests/api/test_me.py",
    "api:me-saved-searches": "the caller's own; tests/api/test_me.py",
    "api:me-saved-search": "the caller's own; tests/api/test_me.py",
    "api:me-keys": "the caller's own; tests/api/test_me.py",
    "api:me-key": "the caller's own; tests/api/test_me.py",
    "api:import-list": "writes; tests/api/test_imports.py",
    "api:sync-works": "changes by audience; tests/api/test_sync.py",
    "api:dump-list": "files of public works; tests/api/test_dumps.py",
    "api:dump-file": "files of public works; tests/api/test_dumps.py",
    "api:stats": "sums over what the viewer may see; tests/api",
    "api:schema": "describes the API",
    "opds": "names of shelves; tests/web/feeds/test_opds1.py",
    "api:docs": "describes the API",
    **{
        f"api:tag-{act}": "changes the tag graph; tests/api/test_wrangling.py"
        for act in (
            *("make-canonical", "decanonise", "make-synonym", "split"),
            *("metatags", "parents", "undo"),
        )
    },
    **{f"api:{kind}-list": "tags with public counts" for kind in OF_KINDS},
    **{f"api:{kind}-detail": "a tag with its public count" for kind in OF_KINDS},
    **{f"api:{kind}-works": "the view of every kind's works" for kind in OF_KINDS[1:]},
}
EXEMPT_FAMILIES = {
    "opds2-download": "the view of opds-download",
    "opds2-cover": "the view of opds-cover",
    "opds-search": "the view of opds2-search",
    "opds-shelf": "the reader's own; tests/web/feeds/test_opds1.py",
    "opds2-shelf": "the reader's own; tests/web/feeds/test_opds2.py",
    "opds-auth": "fixed text",
    "opds2-auth": "fixed text",
    "opds-description": "fixed text",
    **{
        f"{root}-{what}-list": "names and counts of what lists show; tests/web/feeds"
        for root in ("opds", "opds2")
        for what in ("fandoms", "creators", "series", "languages")
    },
    "api:report-": "reports, not works; tests/api/test_reports.py",
    "api:moderation-": "for moderators alone; tests/api/test_moderation.py",
}
ADMIN = "admin:"
"""The admin is a world of its own; tests/admin/test_roles.py asks every page of it."""


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from names(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}{pattern.name}"


def test_every_address_is_in_the_matrix_or_exempt_with_a_reason():
    families = (ADMIN, *EXEMPT_FAMILIES)
    known = {name for name in names(get_resolver()) if not name.startswith(families)}
    matrix = {*OPENING, *LISTING, *CHANCE, *COUNTING}
    assert known - matrix - set(EXEMPT) == set(), "put these into the matrix, or say why not"
    assert (matrix | set(EXEMPT)) - known == set(), "these addresses do not exist any more"
    assert matrix & set(EXEMPT) == set()


def test_every_exemption_has_a_reason():
    assert all(reason.strip() for reason in EXEMPT.values())
