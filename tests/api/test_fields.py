"""Sparse fields: what was not asked for is neither sent nor computed."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.core.api.docs import schema_document
from catalog.models import Kind
from tests.api.conftest import codes
from tests.factories import make_creator, make_series, make_tag, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "",
    "works/",
    "works/{work}/",
    "works/{work}/chapters/",
    "works/{work}/chapters/1/",
    "works/{work}/similar/",
    "works/random/",
    "chapters/{chapter}/",
    "tags/",
    "tags/{tag}/",
    "tags/{tag}/works/",
    "tags/{tag}/related/",
    "tags/autocomplete/?q=sher",
    "tags/resolve/?name=Sherlock+Holmes",
    "fandoms/",
    "fandoms/{tag}/",
    "creators/",
    "creators/{creator}/",
    "creators/{creator}/works/",
    "series/",
    "series/{series}/",
    "series/{series}/works/",
    "languages/",
    "stats/",
    "search/suggest/?q=sher",
    "sync/works/",
    "me/",
    "me/keys/",
    "me/saved-searches/",
)


@pytest.fixture
def ids(db, indexed) -> dict[str, int]:
    work = make_work("The Violin", creators=[make_creator("Ozfan")])
    make_work("Another")
    indexed(work)
    return {
        "work": work.pk,
        "chapter": work.chapters.unscoped("test").get().pk,
        "tag": make_tag(Kind.FANDOM, "Sherlock Holmes").pk,
        "creator": make_creator("Ozfan").pk,
        "series": make_series(work).pk,
    }


@pytest.fixture
def boss(api_as):
    return api_as(user_with_roles("boss", superuser=True))


def with_fields(path: str, fields: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}fields={fields}"


@pytest.mark.parametrize("path", ADDRESSES)
def test_only_the_fields_asked_for_are_sent(boss, ids, path):
    path = path.format(**ids)
    whole = boss.get(path).json()
    objects = next(
        (whole[name] for name in ("results", "changes") if isinstance(whole.get(name), list)),
        [whole],
    )
    for name in list(objects[0])[:3] if objects else ["id"]:
        answer = boss.get(with_fields(path, name))
        assert answer.status_code == 200, answer.content
        sparse = answer.json()
        found = next((sparse[key] for key in ("results", "changes") if key in sparse), [sparse])
        assert all(set(entry) == {name} for entry in found)
        # A work by chance is another one each time.
        if "random" not in path:
            assert [entry[name] for entry in found] == [entry[name] for entry in objects]


@pytest.mark.parametrize("path", ADDRESSES)
def test_unknown_fields_are_refused(boss, ids, path):
    response = boss.get(with_fields(path.format(**ids), "id,nonsense"))
    assert ("fields", "parameter.invalid") in codes(response)


def statements(client, path: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    ("path", "fields", "saved"),
    [
        ("works/", "id,title", 3),
        ("works/{work}/", "id,title", 2),
        ("tags/{tag}/", "id,name", 5),
        ("tags/{tag}/", "synonyms", 4),
        ("series/{series}/", "id,title", 2),
        ("series/", "id,title", 1),
        ("stats/", "works", 2),
        ("stats/", "by_rating", 2),
    ],
)
def test_what_is_not_asked_for_costs_no_statement(api, ids, path, fields, saved):
    path = path.format(**ids)
    statements(api, path)
    assert statements(api, path) - statements(api, with_fields(path, fields)) >= saved


def test_languages_without_counts_do_not_read_works(api, ids):
    with CaptureQueriesContext(connection) as found:
        api.get("languages/?fields=code,name")
    assert not [query["sql"] for query in found if "catalog_work" in query["sql"]]


def test_every_read_of_json_takes_fields():
    """A new address of the API takes ``fields`` or is named here with its reason."""
    exempt = {
        "schema": "a document of its own form",
        "me_blocked_tags_list": "one list of tags",
    }
    families = ("reports_", "moderation_")
    missing = {
        operation["operationId"]
        for methods in json.loads(schema_document("json"))["paths"].values()
        for method, operation in methods.items()
        if method == "get"
        and not any(
            "fields" in str(parameter.get("$ref", parameter.get("name")))
            for parameter in operation.get("parameters", ())
        )
    }
    # Files have no fields.
    found = {name for name in missing if "download" not in name and not name.startswith(families)}
    assert found - set(exempt) == set()
