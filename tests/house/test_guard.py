"""Ways round the guards stand only where a reason is given here."""

import re
from pathlib import Path

from tests.house.sources import PACKAGES, ROOT, name_of, python_files, templates

EVERYTHING = {
    "catalog/models/work.py": "where the base manager is declared",
    "catalog/models/chapter.py": "where the base manager is declared",
    "catalog/reading.py": "tells a restricted work from a missing one, as a yes or no",
    "catalog/api/views/moderation.py": "compares a version; keeps titles of drafts out of the log",
    "catalog/services/access.py": "locks the row before it asks who may change it",
    "catalog/services/archive_import_works.py": "writes works of an export by their ids",
    "catalog/services/catalog_check.py": "checks what is computed of every work",
    "catalog/services/catalog_reference.py": "computes again what is stored of every work",
    "catalog/services/chapters.py": "acts on chapters of a work that access has locked",
    "catalog/services/counting.py": "counts for nobody in particular",
    "catalog/services/desk.py": "moderators decide on works in every state",
    "catalog/services/demo.py": "fills a new archive",
    "catalog/services/importing.py": "recognises what was imported before, whoever may see it",
    "catalog/services/import_return.py": "recognises a download of this archive, whoever may see it",
    "catalog/services/moderation.py": "moderators act on works in every state",
    "catalog/services/posting.py": "what a work lacks does not depend on who asks",
    "catalog/services/purging.py": "deletes for good what nobody may see any more",
    "catalog/services/resanitising.py": "cleans every stored text, whoever may see it",
    "catalog/services/scanning.py": "compares all posted texts, for moderators alone",
    "catalog/services/synthetic.py": "fills an archive for load tests",
    "catalog/services/works.py": "acts on a work that access has locked",
}
UNSCOPED = {
    "archive/core/guard.py": "where it is defined",
    "catalog/documents.py": "the index holds what its audience terms say",
    "catalog/moderation_queue.py": "moderators read what was reported",
    "catalog/services/archive_export.py": "the whole archive goes out",
    "catalog/services/archive_import.py": "only an empty archive is filled",
    "catalog/services/archive_import_works.py": "passes over works that are there",
    "catalog/services/private.py": "the logged exception of admins",
    "catalog/statistics.py": "numbers of the whole archive, cut to what the viewer may see",
    "search/indexing.py": "the indexer acts for nobody",
    "search/parts/plan.py": "the index is built for everybody",
    "search/verify.py": "compares index and database as they are",
}
SAFE = {
    "archive/core/markup.py": "where all but the QR code is declared",
    "catalog/templates/admin/catalog/report_desk.html": "texts, sanitised when written",
    "catalog/templates/catalog/_chapter_text.html": "texts and notes, sanitised when written",
    "catalog/templates/catalog/_work_foot.html": "end notes, sanitised when written",
    "catalog/templates/catalog/_work_head.html": "summary and notes, sanitised when written",
    "catalog/templates/catalog/chapter.html": "notes of the work, sanitised when written",
    "catalog/templates/catalog/creator.html": "the profile, sanitised when written",
    "catalog/templates/catalog/series.html": "summary and notes, sanitised when written",
    "catalog/templates/catalog/tag.html": "the description, sanitised when written",
    "archive/accounts/web/sign_in.py": "the QR code, drawn from an address of ours",
    "catalog/web/blurbs.py": "summaries and passages were sanitised, all else is escaped",
    "catalog/web/facets.py": "names of tags are escaped one by one",
    "catalog/web/metadata.py": "JSON-LD, escaped for its script element",
    "catalog/admin/chapters.py": "texts and notes, sanitised when written",
}


def users_of(pattern: str, paths: list[Path]) -> set[str]:
    found = re.compile(pattern)
    return {name_of(path) for path in paths if found.search(path.read_text(encoding="utf-8"))}


def still_there(listed: dict[str, str]) -> set[str]:
    return {name for name in listed if (ROOT / name).exists()}


def test_the_base_managers_are_used_where_listed():
    paths = [*python_files(*PACKAGES)]
    assert users_of(r"\.everything\b|^    everything = ", paths) | {
        "catalog/models/work.py",
        "catalog/models/chapter.py",
    } == still_there(EVERYTHING)


def test_unscoped_reads_stand_where_listed():
    assert users_of(r"unscoped\(", [*python_files(*PACKAGES)]) == still_there(UNSCOPED)


def test_unscoped_reads_give_their_reason_in_words():
    call = re.compile(r"\.unscoped\(\s*(.)")
    for path in python_files(*PACKAGES):
        if name_of(path) == "archive/core/guard.py":
            continue
        for opening in call.findall(path.read_text(encoding="utf-8")):
            assert opening in "\"'", name_of(path)


def test_html_is_trusted_where_listed():
    paths = [*templates(), *python_files(*PACKAGES)]
    assert users_of(r"\|\s*safe\b|\b(mark_safe|as_markup)\(|autoescape off", paths) == still_there(
        SAFE
    )


def test_every_exception_has_a_reason():
    for listed in (EVERYTHING, UNSCOPED, SAFE):
        assert all(len(reason.split()) >= 3 for reason in listed.values())
