"""Names of tags come out the same by every way in: the API, the desk, tables, works."""

import pytest
from django.core.management import call_command

from catalog.models import Kind, Tag, WorkTag
from catalog.taglookup import resolve_tag
from tests.admin.conftest import browser
from tests.factories import make_creator, make_user, make_work
from tests.viewers import user_with_roles

__all__ = ["browser"]

pytestmark = pytest.mark.django_db

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
STORED = {
    "x" * 150: "x" * 150,
    "  Slow \t burn\u00a0 ": "Slow burn",
    "Cafe\u0301": "Café",
    "soft\u00adhyphen": "softhyphen",
    "word\u2060joined": "wordjoined",
    "A/B & C | D": "A/B & C | D",
    'the "other" one': 'the "other" one',
    f"{FAMILY} family": f"{FAMILY} family",
    "❤️": "❤️",
    "Ｆｕｌｌ width": "Ｆｕｌｌ width",
    "守护甜心": "守护甜心",
}
REFUSED = [
    "x" * 151,
    "",
    " \u00a0 ",
    "\u200b\u200d",
    "\u2800",
    "a,b",
    "a\uff0cb",
    "a^b",
    "a*b",
    "<b>",
    "a{b",
    "a=b",
    "a`b",
    "a\\b",
    "100%",
    "right\u202eto left",
    "zero\u200bwidth",
    "nul\x00",
]
SAME = [
    ("Slow Burn", "slow  burn"),
    ("Café", "CAFE"),
    ("Full Width", "Ｆｕｌｌ Ｗｉｄｔｈ"),
    ("O'Neill", "O’Neill"),
    ("Spider-Man", "Spider‑Man"),
    ('"Bendy"', "“Bendy”"),
    ("A/B", "A／B"),
    ("ﬁreﬂy", "firefly"),
]
FORMS = [
    ("warning", "Underage", "Underage Sex"),
    ("warning", "choose not to use archive warnings", None),
    ("rating", "General Audiences", "General"),
    ("rating", "teen AND up audiences", "Teen"),
]


@pytest.fixture
def wrangler(api_as):
    return api_as(user_with_roles("wanda", "wranglers"))


@pytest.fixture
def writer(api_as):
    user = make_user("ozfan")
    return api_as(user), make_work(creators=[make_creator("Oz", user)])


def by_table(tmp_path, name: str) -> None:
    table = tmp_path / "tags.csv"
    quoted = name.replace('"', '""')
    table.write_text(f'kind,name\nfreeform,"{quoted}"\n', encoding="utf-8")
    call_command("import_tags", str(table), verbosity=0)


@pytest.mark.parametrize("given", STORED)
def test_a_name_is_stored_alike_by_every_way(given, wrangler, writer, browser, tmp_path, capsys):
    client, work = writer
    stored = STORED[given]

    def made() -> str:
        tag = Tag.objects.get(kind=Kind.FREEFORM)
        name = tag.name
        WorkTag.objects.filter(tag=tag).delete()
        tag.delete()
        return name

    answer = wrangler.post("tags/", {"kind": "freeform", "name": given})
    assert (answer.status_code, answer.json()["name"], made()) == (201, stored, stored)
    sent = {"name": given, "is_canonical": "on"}
    assert browser("wrangler").post("/admin/catalog/freeform/add/", sent).status_code == 302
    assert made() == stored
    by_table(tmp_path, given)
    assert made() == stored
    answer = client.patch(f"works/{work.pk}/", {"freeforms": [given]})
    assert [tag["name"] for tag in answer.json()["freeforms"]] == [stored]
    assert made() == stored


@pytest.mark.parametrize("given", REFUSED)
def test_a_name_is_refused_by_every_way(given, wrangler, writer, browser, tmp_path, capsys):
    client, work = writer
    answer = wrangler.post("tags/", {"kind": "freeform", "name": given})
    assert answer.status_code == 400, answer.content
    sent = {"name": given, "is_canonical": "on"}
    page = browser("wrangler").post("/admin/catalog/freeform/add/", sent)
    assert (page.status_code, b"errorlist" in page.content) == (200, True)
    if given.strip() and "\x00" not in given:
        with pytest.raises(SystemExit) as stop:
            by_table(tmp_path, given)
        assert stop.value.code == 1
    answer = client.patch(f"works/{work.pk}/", {"freeforms": [given]})
    assert answer.status_code == 400, answer.content
    assert not Tag.objects.filter(kind=Kind.FREEFORM).exists()


@pytest.mark.parametrize(("first", "again"), SAME)
def test_look_alikes_are_one_tag(first, again, wrangler, writer):
    client, work = writer
    made = wrangler.post("tags/", {"kind": "freeform", "name": first}).json()
    answer = wrangler.post("tags/", {"kind": "freeform", "name": again})
    assert (answer.status_code, answer.json()["code"]) == (409, "tag.in_use")
    tags = client.patch(f"works/{work.pk}/", {"freeforms": [again]}).json()["freeforms"]
    assert [tag["id"] for tag in tags] == [made["id"]]
    assert resolve_tag(Kind.FREEFORM, again).pk == made["id"]


@pytest.mark.parametrize(("kind", "form", "name"), FORMS)
def test_other_forms_of_closed_kinds_are_understood_everywhere(kind, form, name, api, writer):
    client, work = writer
    found = api.get("tags/resolve/", {"kind": kind, "name": form}).json()
    assert found["kind"] == kind
    assert name in (None, found["name"])
    field = "rating" if kind == "rating" else "warnings"
    answer = client.patch(f"works/{work.pk}/", {field: form if kind == "rating" else [form]})
    assert answer.status_code == 200, answer.content
    assert WorkTag.objects.filter(work=work, tag_id=found["id"]).exists()
    assert api.get("works/", {kind: form}).status_code == 200
