"""Names of foreign files that this archive cannot keep as they are do not keep a work out."""

from catalog.importers.base import ImportedChapter, ImportedWork
from catalog.services.import_mapping import fitted


def fit(**fields):
    return fitted(ImportedWork(chapters=[ImportedChapter(body_html="<p>x</p>")], **fields))


def test_tags_lose_what_no_tag_may_hold_and_it_is_said():
    work = fit(title="T", tags={"freeform": ["C/D <3", "100% {sic}", "fine", "x" * 300, "\u202e"]})
    assert work.tags["freeform"][:3] == ["C/D ♥", "100 percent (sic)", "fine"]
    assert len(work.tags["freeform"]) == 4
    assert work.tags["freeform"][3].endswith("x…")
    assert [notice for notice in work.notices if "“C/D <3”" in notice]
    assert [notice for notice in work.notices if "was left out" in notice]


def test_closed_kinds_are_left_to_the_vocabulary():
    assert fit(title="T", tags={"rating": ["<18>"]}).tags == {"rating": ["<18>"]}


def test_titles_and_creators_lose_what_hides_or_reorders_text():
    work = fit(title="A\u202eB", creators=["Ann\u202eX", "\u202e", "Öz", "Long name " * 9])
    assert (work.title, work.creators[:2]) == ("AB", ["AnnX", "Öz"])
    assert len(work.creators[2]) <= 40
    assert fit(title="\u202e").title == "Untitled"
