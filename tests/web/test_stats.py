"""The archive in numbers: public works alone, charts with tables, CSV."""

from datetime import UTC, datetime

import pytest

from catalog.models import Kind
from catalog.web.charts import lying, upright
from catalog.web.tables import csv_of, guarded
from tests.factories import make_work
from tests.web.matrix import STATES
from tests.web.pages import get

pytestmark = pytest.mark.django_db


def at(year: int, month: int) -> datetime:
    return datetime(year, month, 3, 12, tzinfo=UTC)


def rows(page, title: str) -> list[list[str]]:
    """The table of a chart."""
    (section,) = [s for s in page.all("//section") if s.xpath("string(./h2)") == title]
    return [
        ["".join(cell.itertext()).strip() for cell in row.xpath("./*")]
        for row in section.xpath(".//tbody/tr")
    ]


def test_months_without_works_have_their_place(page):
    make_work(published_at=at(2023, 11), tags={Kind.RATING: ["Teen"]})
    make_work(published_at=at(2024, 2), language="de")
    shown = page("/stats/")
    assert rows(shown, "Works by month") == [
        ["2023-11", "1"],
        ["2023-12", "0"],
        ["2024-01", "0"],
        ["2024-02", "1"],
    ]
    assert len(shown.all("//section[h2='Works by month']//*[local-name()='rect']")) == 4
    assert ["Teen", "1"] in rows(shown, "Works by rating")
    assert sorted(rows(shown, "Works by language")) == [["Deutsch", "1"], ["English", "1"]]
    assert rows(shown, "Works by length")[0] == ["0–999", "2"]
    assert ["Fandom", "1", "1"] in rows(shown, "Tags")
    assert ["Fandom", "1"] in rows(shown, "Tags by kind")


def test_kinds_warnings_and_categories_have_charts_tables_and_csv(client):
    make_work(tags={Kind.WARNING: ["Major Character Death"], Kind.CATEGORY: ["Gen"]})
    shown = get(client, "/stats/")
    for title, name, row in (
        ("Works by content warning", "warnings", "Major Character Death,1"),
        ("Works by category", "categories", "Gen,1"),
        ("Tags by kind", "tags", "Fandom,1"),
    ):
        assert row.split(",") in rows(shown, title)
        (link,) = shown.all(f"//section[h2='{title}']//a/@href")
        assert link == f"/stats/{name}.csv"
        assert row in client.get(link).content.decode().splitlines()


def test_only_public_works_are_counted(page_as, user):
    for state, values in STATES.items():
        make_work(f"Work {state}", **values)
    shown = page_as(user, "/stats/")
    assert rows(shown, "Works by language") == [["English", "2"]]
    assert sum(int(row[1]) for row in rows(shown, "Works by length")) == 2


def test_charts_are_sent_as_csv(client):
    make_work(published_at=at(2024, 2))
    answer = client.get("/stats/works-by-month.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode().splitlines() == ["Month,Works", "2024-02,1"]
    assert client.get("/stats/nothing.csv").status_code == 404


def test_an_empty_archive_has_no_charts_of_months(client):
    shown = get(client, "/stats/")
    assert shown.status == 200
    assert "There is nothing to count yet" in shown.text()


def test_bars_are_as_long_as_their_numbers_say():
    chart = lying("x", "X", "a", "b", [("one", 10), ("two", 5), ("none", 0)])
    assert [bar.width for bar in chart.bars] == [50.0, 25.0, 0.0]
    columns = upright("x", "X", "a", "b", [(str(n), n) for n in range(40)])
    assert columns.bars[39].height == columns.foot
    assert columns.bars[0].height == 0
    assert sum(bar.mark > 0 for bar in columns.bars) == 8
    assert sum(bar.mark == 2 for bar in columns.bars) == 3
    assert all(bar.x >= 0 and bar.x + bar.width <= 100 for bar in columns.bars)
    assert upright("x", "X", "a", "b", []).bars == []


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＠x"]
)
def test_no_cell_of_a_csv_is_a_formula(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "2024-02", "Deutsch", "0–999", "a=b", "日本語", "'=1"])
def test_harmless_cells_stay_as_they_are(cell):
    assert guarded(cell) == cell


def test_a_csv_of_odd_labels_is_guarded():
    answer = csv_of(lying("x", "X", "=of", "+unit", [("-1+2", 3)]))
    assert answer.content.decode().splitlines() == ["'=of,'+unit", "'-1+2,3"]


def test_long_labels_of_a_chart_stand_on_two_lines_and_whole_in_its_table(page):
    warning = "Creator Chose Not To Use Archive Warnings"
    make_work(tags={Kind.WARNING: [warning]})
    shown = page("/stats/")
    assert [warning, "1"] in rows(shown, "Works by content warning")
    lines = shown.texts("//section[h2='Works by content warning']//*[local-name()='tspan']")
    assert lines[:2] == ["Creator Chose Not", "To Use Archive…"]
