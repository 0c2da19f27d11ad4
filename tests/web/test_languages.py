"""The interface in German: whole, in step with the texts, chosen by browser, cookie or account."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override
from django.utils.translation.template import templatize

from archive.accounts.models import User
from catalog.models import Kind, Language
from catalog.querytext.words import TEMPLATES, UNITS
from catalog.web.phrases import KINDS, WORDS
from tests.factories import make_user, make_work
from tests.web.pages import get

pytestmark = pytest.mark.django_db
GERMAN = {"headers": {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}}
CATALOGUE = Path(settings.BASE_DIR) / "archive/locale/de/LC_MESSAGES/django.po"
PACKAGES = ("archive", "catalog", "search")
_CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "say",
    "counted",
}
_CALLS_IN_CONTEXT = {"pgettext", "pgettext_lazy"}
_OF = "\x04"
"""Stands between a context and its text, as in compiled catalogues."""
_IN_TEMPLATE = re.compile(r"\bn?gettext\(u?((?:'(?:[^'\\]|\\.)*')|(?:\"(?:[^\"\\]|\\.)*\"))")
_HOLES = re.compile(r"%\(\w+\)s|%[sd]|\{\w*\}|%%s")


def in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            given = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
            if name in _CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
            elif name in _CALLS_IN_CONTEXT and len(given) == 2:
                yield _OF.join(map(str, given))


def in_template(path: Path) -> Iterator[str]:
    for match in _IN_TEMPLATE.finditer(templatize(path.read_text(), origin=str(path))):
        yield ast.literal_eval(match.group(1))


def texts() -> set[str]:
    """Every text of the interface."""
    found: set[str] = set()
    for package in PACKAGES:
        root = Path(settings.BASE_DIR) / package
        for path in root.rglob("*.py"):
            found.update(in_python(path))
        for path in (*root.rglob("templates/**/*.html"), *root.rglob("templates/**/*.txt")):
            found.update(in_template(path))
    return found - {""}


def entries() -> dict[str, list[str]]:
    """The messages of the catalogue with their translations, one for each plural form."""
    found: dict[str, list[str]] = {}
    for block in CATALOGUE.read_text().split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            head, _, rest = line.partition(" ")
            if line.startswith(("msgid", "msgstr", "msgctxt")):
                name, fields[head] = head, ast.literal_eval(rest)
            elif line.startswith('"'):
                fields[name] += ast.literal_eval(line)
        if "msgid" in fields:
            context = f"{fields['msgctxt']}{_OF}" if "msgctxt" in fields else ""
            found[context + fields["msgid"]] = [
                v for k, v in fields.items() if k.startswith("msgstr")
            ]
    return found


def test_no_text_is_without_its_translation():
    known = entries()
    assert sorted(texts() - known.keys()) == []
    assert sorted(msgid for msgid, said in known.items() if not all(said)) == []


def test_the_catalogue_has_no_doubtful_and_no_dead_entries():
    source = CATALOGUE.read_text()
    assert "#, fuzzy" not in source
    assert "#~" not in source


def test_translations_keep_the_places_for_values():
    wrong = {
        msgid: said
        for msgid, said in entries().items()
        if msgid
        for one in said
        if len(said) == 1 and set(_HOLES.findall(msgid)) != set(_HOLES.findall(one))
    }
    assert wrong == {}


def test_forms_for_numbers_name_no_other_places_than_their_texts():
    """A form for one may say it in words; two forms need both."""
    wrong = []
    for block in CATALOGUE.read_text().split("\n\n"):
        if "\nmsgid_plural" not in block:
            continue
        said, *forms = re.split(r"\nmsgstr\[\d\] ", block)
        known = set(_HOLES.findall(said))
        if len(forms) != 2 or any(set(_HOLES.findall(form)) - known for form in forms):
            wrong.append(said)
    assert wrong == []


def test_the_compiled_catalogue_is_in_step():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for msgid, said in entries().items():
        if not msgid:
            continue
        if len(said) == 1:
            assert compiled.gettext(msgid) == said[0]
        else:
            assert [compiled._catalog[msgid, form] for form in (0, 1)] == said


def test_layers_without_translation_have_their_texts_listed():
    assert set(WORDS) >= {*TEMPLATES.values(), *UNITS.values()}
    assert {str(kind.label) for kind in Kind} <= set(KINDS)


def test_pages_follow_the_browser(page, indexed):
    indexed(*(make_work(f"Werk {n}", word_count=1) for n in range(2)))
    shown = page("/works/", **GERMAN)
    assert shown.h1 == "Werke"
    assert shown.total == "2 Werke"
    assert shown.tree.get("lang") == "de"
    assert shown.response["Content-Language"] == "de"
    assert "Accept-Language" in shown.response["Vary"]
    assert page("/works/").h1 == "Works"


def test_dates_and_numbers_are_written_the_german_way(page, indexed):
    work = make_work("Lampe")
    work.word_count = 12_345
    work.save()
    indexed(work)
    facts = page("/works/", **GERMAN).text("//dl[@class='facts']")
    assert "12.345" in facts
    assert f"{work.updated_at.day}." in facts
    assert "12,345" in page("/works/").text("//dl[@class='facts']")


def test_what_was_asked_is_said_in_german(page, indexed):
    indexed(make_work())
    asked = page("/works/?words=1000-5000&complete=true&q=title:lamp", **GERMAN)
    said = " ".join(asked.texts("//ul[@class='asked']/li"))
    assert "1.000 bis 5.000 Wörter" in said
    assert "abgeschlossen" in said
    assert "Titel enthält „lamp“" in said


def test_a_choice_is_kept_in_the_browser(client):
    chosen = client.post("/account/language/", {"language": "de", "next": "/about/"})
    assert chosen["Location"] == "/about/"
    assert get(client, "/about/").h1.startswith("Über")
    assert client.cookies["django_language"]["httponly"]


def test_a_choice_is_kept_in_the_account():
    user = make_user("ada")
    first, second = Client(), Client()
    first.force_login(user)
    second.force_login(user)
    first.post("/account/language/", {"language": "de"})
    assert User.objects.get().language == "de"
    assert get(second, "/about/").h1.startswith("Über")
    second.post("/account/language/", {"language": "en"})
    assert get(second, "/about/").h1.startswith("About")


@pytest.mark.parametrize("odd", ["", "xx", "de-", "../en", "en\n", "\x00"])
def test_odd_languages_change_nothing(client, odd):
    client.post("/account/language/", {"language": odd})
    assert "django_language" not in client.cookies


def test_the_switch_never_leads_to_another_site(client):
    answer = client.post("/account/language/", {"language": "de", "next": "//evil.example/"})
    assert answer["Location"] == "/"


def test_pages_offer_the_other_language_without_a_token(client):
    shown = get(client, "/about/")
    (switch,) = shown.links("Deutsch")
    assert "csrfmiddlewaretoken" not in shown.source
    assert "Deutsch" in get(client, switch).texts("//button")


def test_a_creator_without_a_name_is_anonymous_in_german_too(page, indexed):
    work = make_work(is_anonymous=True)
    indexed(work)
    for address in ("/works/", work.get_absolute_url()):
        german = page(address, **GERMAN).text("//*[contains(@class, 'byline')]")
        assert german == "von Anonym", address
        assert page(address).text("//*[contains(@class, 'byline')]") == "by Anonymous"


def test_text_of_works_keeps_its_own_language(page):
    work = make_work("Lampe", language="ja")
    shown = page(work.get_absolute_url(), **GERMAN)
    assert shown.all("//div[contains(@class, 'userstuff')][@lang='ja']")
    assert Language.objects.filter(code="ja").exists()


def test_cached_charts_do_not_mix_languages(page):
    make_work()
    assert "Works by rating" in page("/stats/").text()
    assert "Werke nach Altersfreigabe" in page("/stats/", **GERMAN).text()


def test_every_page_of_the_interface_is_there_in_german(page, indexed):
    indexed(make_work())
    with override("de"):
        for path in ("/", "/search/", "/help/search/", "/stats/", "/account/login/", "/tags/"):
            assert page(path, **GERMAN).status == 200


def test_what_is_wrong_is_said_in_german_and_in_english_by_the_api(page, client):
    fault = page("/works/", {"q": "tag:(lamp"}, **GERMAN)
    assert "Diese Klammer wird nie geschlossen." in fault.text("//main")
    words = page("/works/", {"words": "many"}, **GERMAN)
    assert words.status == 400
    assert "„many“ ist kein Bereich" in words.text("//div[@class='problem']")
    answer = client.get("/api/v1/works/", {"words": "many"}, **GERMAN)
    assert "“many” is no range" in answer.json()["detail"]
