"""The log in the admin: searched, filtered, exported without a cell that computes."""

import csv
import io

import pytest

from archive.core.spreadsheets import safe_cell
from archive.core.viewer import SYSTEM
from catalog.services.log import log_action
from tests.web.pages import get

pytestmark = pytest.mark.django_db
EXPORT = "/admin/catalog/actionlog/export/"


def write(verb: str, kind: str = "work", **values) -> None:
    log_action(actor=SYSTEM, verb=verb, object_kind=kind, object_id=1, **values)


def rows(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_it_is_searched_and_exported_as_filtered(browser):
    write("work.hide", label="Violin", reason="Copied.", before={"state": ["posted"]})
    write("work.lock", label="Lamp")
    client = browser("moderator")
    listed = get(client, "/admin/catalog/actionlog/?q=violin")
    assert listed.texts("//td[@class='field-verb']") == ["work.hide"]
    assert listed.links("These rows as CSV") == [f"{EXPORT}?q=violin"]
    answer = client.get(f"{EXPORT}?q=violin")
    assert answer["Content-Disposition"] == 'attachment; filename="action-log.csv"'
    header, row = rows(answer)
    assert header[:4] == ["id", "time", "actor", "act"]
    assert row[3:9] == ["work.hide", "work", "1", "Violin", "Copied.", '{"state": ["posted"]}']
    assert len(rows(client.get(f"{EXPORT}?verb__exact=work.lock"))) == 2


def test_moderators_go_from_a_row_to_the_desk_where_it_is_taken_back(browser):
    write("work.delete", label="Violin")
    write("work.hide", label="Lamp")
    write("tag.rename", "tag")
    moderator = browser("moderator")
    (deleted,) = get(moderator, "/admin/").links("Deleted works")
    listed = get(moderator, deleted)
    assert listed.texts("//td[@class='field-verb']") == ["work.delete"]
    assert listed.links("Moderate") == ["/admin/catalog/report/desk/work/1/"]
    assert not get(browser("wrangler"), "/admin/catalog/actionlog/").links("Moderate")


def test_wranglers_export_acts_on_tags_alone(browser):
    write("work.hide")
    write("tag.rename", "tag")
    assert [row[3] for row in rows(browser("wrangler").get(EXPORT))] == ["act", "tag.rename"]
    assert browser("archivist").get(EXPORT).status_code == 403
    assert browser("member").get(EXPORT).status_code == 403


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1"),
        *(
            "\ufeff=1",
            "＝1",
            "＋1",
            "－1",
            "＠A",
            "|cmd",
            "%0A=1",
            "=HYPERLINK(1)",
            "=cmd|' /C calc'!A0",
        ),
        *('="1"', "-2+3+cmd", "@", "=", "=\x00"),
    ],
)
def test_no_cell_computes(browser, text):
    assert safe_cell(text).startswith("'")
    write("work.hide", label=text.replace("\x00", ""), reason="r")
    assert rows(browser("moderator").get(EXPORT))[1][6].startswith("'")


def test_plain_cells_stay_plain():
    for value in ("a=b", "Violin", "", "1", "'tis", "«=»"):
        assert safe_cell(value) == value
    assert (safe_cell(-3), safe_cell(2.5), safe_cell(None), safe_cell(True)) == (
        "-3",
        "2.5",
        "",
        "True",
    )


@pytest.mark.parametrize("query", ["zz=1", "created_at__year=x", "created_at__year=99999"])
def test_an_export_of_what_cannot_be_asked_leads_back_to_the_list(browser, query):
    answer = browser("moderator").get(f"{EXPORT}?{query}")
    assert answer.status_code == 302
    assert answer["Location"] == "/admin/catalog/actionlog/?e=1"
