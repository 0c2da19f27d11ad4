"""A preview writes nothing and refuses what the import would refuse."""

import pytest

from archive.core.viewer import SYSTEM
from catalog.models import Creator, Tag, Work
from catalog.services.import_mapping import ImportOptions
from catalog.services.import_session import ImportSession
from search.models import IndexEvent

pytestmark = pytest.mark.django_db

STORY = """The Lamp in the Tower
By Ozfan

Spike looked at Buffy, and Buffy looked at the washcloth in her hand.
"""
WHOLE = {
    "tags": {"fandom": ["Dracula"], "warning": ["No Archive Warnings Apply"]},
    "rating": "Teen",
}


def bring(text=STORY, *, write=False, **options):
    """The outcome of the only work in the text."""
    session = ImportSession(SYSTEM, write=write)
    try:
        (outcome,) = session.import_file(text.encode(), "story.txt", ImportOptions(**options))
    finally:
        session.close()
    return outcome


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"tags": {"fandom": ["a, b"]}}, "tag.name_invalid"),
        ({"rating": "Bogus"}, "tag.unknown"),
        ({"language": "xyzzy"}, "language.unknown"),
        ({"creators": ["x" * 60]}, "creator.name_invalid"),
    ],
)
def test_a_preview_refuses_what_the_import_refuses(options, code):
    tried, done = bring(**options), bring(write=True, **options)
    assert (tried.outcome, tried.code) == ("refused", code)
    assert (tried.outcome, tried.code, tried.detail) == (done.outcome, done.code, done.detail)


def test_a_preview_leaves_nothing_behind():
    tried = bring(**WHOLE)
    assert (tried.outcome, tried.work, tried.url, tried.missing) == ("previewed", None, "", [])
    assert tried.words == 13
    assert not Work.everything.exists()
    assert not Creator.objects.exists()
    assert not Tag.objects.filter(kind="fandom").exists()
    assert not IndexEvent.objects.exists()
    assert bring(write=True, **WHOLE).outcome == "imported"


def test_a_preview_of_a_work_that_is_here_names_it_and_leaves_it_alone():
    work = Work.everything.get(pk=bring(write=True).work)
    tried = bring(STORY.replace("washcloth", "lantern"), **WHOLE)
    assert (tried.outcome, tried.work, tried.missing) == ("previewed", work.pk, [])
    after = Work.everything.get(pk=work.pk)
    assert (after.status, after.version) == ("draft", work.version)
