"""A stricter sanitiser over two thousand works, killed twice on the way: row A29 at its full size."""

import pytest
from django.core.management import call_command

from archive.core import html
from catalog.models import Chapter, Work
from catalog.services import demo, resanitising
from catalog.services.resanitising import outdated_counts
from catalog.services.synthetic import SyntheticPlan, make_catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WORKS = 2_000
OLD, NEW = "<p>kept <mark>gone</mark></p>", "<p>kept gone</p>"
NEXT = html.SANITISER_VERSION + 1


class Killed(BaseException):
    """The process is gone."""


def test_two_thousand_works_are_brought_over_and_no_old_text_is_read_meanwhile(monkeypatch):
    plan = SyntheticPlan(works=WORKS, chapters=True, seed=29)
    make_catalogue(plan, texts=demo.demo_folder() / "works", corpus=None, report=lambda _: None)
    Chapter.everything.update(html=OLD, source="")
    Work.everything.update(summary_html=OLD)
    chapters = Chapter.everything.count()
    assert chapters >= WORKS
    usual, fresh, seen = html.sanitise, resanitising._fresh, []

    def stricter(source: str, **options) -> str:
        return usual(source, **options).replace("<mark>", "").replace("</mark>", "")

    def dying(*values):
        seen.append(1)
        if len(seen) in (WORKS, 3 * WORKS):
            raise Killed
        return fresh(*values)

    monkeypatch.setattr(html, "SANITISER_VERSION", NEXT)
    monkeypatch.setattr(html, "SAFE_SINCE", NEXT)
    monkeypatch.setattr(html, "sanitise", stricter)
    monkeypatch.setattr(resanitising, "_fresh", dying)
    for _ in range(2):
        with pytest.raises(Killed):
            call_command("resanitise")
        # Whoever reads meanwhile gets the new text, whatever is stored by now.
        assert {chapter.html for chapter in Chapter.everything.order_by("-pk")[:50]} == {NEW}
    call_command("resanitise")
    assert set(outdated_counts().values()) == {0}
    assert set(Chapter.everything.values_list("html", "sanitiser_version")) == {(NEW, NEXT)}
    assert set(Work.everything.values_list("summary_html", "sanitiser_version")) == {(NEW, NEXT)}
