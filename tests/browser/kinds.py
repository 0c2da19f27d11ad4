"""One address of every kind of page of the demo archive."""

import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from tests.browser.site import Site

FIXED = {
    "home": "/",
    "works": "/works/",
    "works asked": "/works/?complete=true&words__lte=5000&q=lamp",
    "nothing found": "/works/?q=zzzzqqqq",
    "fault in the text": "/works/?q=tag:(lamp",
    "fandoms": "/fandoms/",
    "tags": "/tags/",
    "tags by letter": "/tags/?letter=a",
    "characters": "/characters/",
    "series list": "/series/",
    "creators": "/creators/",
    "languages": "/languages/",
    "search": "/search/",
    "help": "/help/search/",
    "stats": "/stats/",
    "about": "/about/",
    "sign in": "/account/login/",
    "register": "/account/register/",
    "forgotten password": "/account/password/",
    "reading settings": "/account/reading/",
    "blocked tags": "/account/blocked/",
    "language": "/account/language/",
    "report": "/report/work/4/",
    "not found": "/works/999999/",
}
MEMBERS = {
    "account": "/account/",
    "protection": "/account/protection/",
    "drafts": "/drafts/",
    "import": "/import/",
    "notices": "/account/notices/",
    "blocked tags": "/account/blocked/",
}
STAFF = {
    "admin": "/admin/",
    "dashboard": "/admin/dashboard/",
    "index health": "/admin/search/indexevent/health/",
    "reports": "/admin/catalog/report/",
    "queue": "/admin/catalog/report/queue/",
    "desk of a work": "/admin/catalog/report/desk/work/6/",
    "desk of a chapter": "/admin/catalog/report/desk/chapter/6/",
    "desk of a creator": "/admin/catalog/report/desk/creator/2/",
    "desk of a tag": "/admin/catalog/report/desk/tag/40/",
    "log": "/admin/catalog/actionlog/",
    "work list": "/admin/catalog/work/",
    "wrangling desk": "/admin/catalog/fandom/desk/",
    "own fandoms": "/admin/catalog/fandom/desk/?mine=1",
    "day of wrangling": "/admin/catalog/fandom/day/",
    "tag list": "/admin/catalog/freeform/",
    "unsorted tag": "/admin/catalog/freeform/next/",
    "account acts": "/admin/accounts/user/2/acts/",
}


def addresses(site: Site) -> dict[str, str]:
    """The fixed ones, and those of works that differ in kind."""
    works = _ask(site, "/works/?page_size=100")["results"]
    by_language = {work["language"]: _path(work) for work in reversed(works)}
    is_calm = [work for work in works if work["rating"]["name"] in ("General", "Teen")]
    long = next(work for work in is_calm if work["chapter_count"] > 1)
    adult = next(work for work in works if work["rating"]["name"] == "Mature")
    chapters = _ask(site, f"/works/{long['id']}/chapters/")["results"]
    fandom = _ask(site, "/tags/?kind=fandom&page_size=1&ordering=-works")["results"][0]
    creator = next(work["creators"][0] for work in works if work["creators"][0]["id"])
    return {
        **FIXED,
        "work": _path(long),
        "chapter": f"{_path(long)}chapters/{chapters[0]['id']}/",
        "whole work": f"{_path(long)}?view_full_work=true",
        "adult gate": _path(adult),
        "right to left": by_language["ar"],
        "Japanese": by_language["ja"],
        "tag": _path(fandom),
        "series": "/series/1/",
        "creator": f"/creators/{creator['id']}/",
    }


def _ask(site: Site, path: str) -> Any:
    with urllib.request.urlopen(site.address(f"/api/v1{path}"), timeout=90) as answer:  # noqa: S310
        return json.load(answer)


def _path(row: dict[str, Any]) -> str:
    return urlsplit(row["web_url"]).path
