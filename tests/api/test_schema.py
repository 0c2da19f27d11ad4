"""The description of the API: complete, without warnings, and the one that is committed."""

import json
import os
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from archive.core.api.docs import schema_document
from archive.core.api.fields import Out
from catalog.filters import WorkFilterSet

SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "openapi-v1.yml"
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def schema() -> dict:
    return json.loads(schema_document("json"))


def operations(schema: dict):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method} {path}", operation


def followed(schema: dict, part: dict) -> dict:
    if "$ref" not in part:
        return part
    found = schema
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def test_it_is_valid_and_makes_no_warnings(tmp_path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    assert target.stat().st_size > 100_000


def test_it_is_the_committed_one():
    """After a wanted change: UPDATE_SNAPSHOTS=1 pytest tests/api/test_schema.py"""
    now = schema_document("yaml").decode()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(now, encoding="utf-8")
    committed = SNAPSHOT.read_text(encoding="utf-8")
    assert yaml.safe_load(now) == yaml.safe_load(committed)


def test_every_operation_has_words_and_says_what_can_go_wrong(schema):
    ids = []
    for name, operation in operations(schema):
        ids.append(operation["operationId"])
        assert operation["summary"], name
        assert operation["description"], name
        assert {"400", "401", "406", "429"} <= set(operation["responses"]), name
        for status, response in operation["responses"].items():
            assert followed(schema, response)["description"], (name, status)
    assert len(ids) == len(set(ids))


def test_every_answer_and_error_has_an_example(schema):
    for name, operation in operations(schema):
        for status, response in operation["responses"].items():
            for media_type, content in followed(schema, response).get("content", {}).items():
                assert content.get("examples"), (name, status, media_type)
        body = operation.get("requestBody")
        if body is not None:
            for content in body["content"].values():
                assert content.get("examples"), name


def test_every_parameter_has_a_description_and_an_example(schema):
    for name, operation in operations(schema):
        for part in operation.get("parameters", ()):
            parameter = followed(schema, part)
            assert parameter["description"], (name, parameter["name"])
            assert parameter["examples"], (name, parameter["name"])


def test_the_works_list_describes_every_parameter_that_it_reads(schema):
    described = {
        followed(schema, part)["name"]
        for part in schema["paths"]["/api/v1/works/"]["get"]["parameters"]
    }
    assert described == set(WorkFilterSet.form_class().base_fields) | {"fields"}


def test_every_declared_field_of_an_answer_can_be_read():
    """A field without a getter and without an attribute would fail only when it is asked for."""
    pending = Out.__subclasses__()
    seen = set()
    while pending:
        out = pending.pop()
        pending += out.__subclasses__()
        seen.add(out.__name__)
        names = {name for name in vars(out) if name.startswith("get_")}
        unknown = {name.removeprefix("get_") for name in names} - set(out._declared_fields)
        assert not unknown, f"{out.__name__} reads {unknown}, which it does not declare"
    assert "WorkDetailOut" in seen


def test_it_is_served_as_json_and_yaml(api):
    plain = api.get("schema/")
    assert plain.json()["openapi"].startswith("3.1")
    as_yaml = api.get("schema/", {"format": "yaml"})
    assert as_yaml.headers["Content-Type"].startswith("application/vnd.oai.openapi")
    assert yaml.safe_load(as_yaml.content) == plain.json()
    accepted = api.get("schema/", HTTP_ACCEPT="application/yaml")
    assert accepted.headers["Content-Type"].startswith("application/yaml")
    again = api.get("schema/", HTTP_IF_NONE_MATCH=plain.headers["ETag"])
    assert again.status_code == 304


def test_the_page_has_no_line_of_script_or_style(api):
    page = api.client.get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<style" not in text
    assert text.count("<script") == text.count("<script src=")
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "https:" not in page.headers["Content-Security-Policy"]
