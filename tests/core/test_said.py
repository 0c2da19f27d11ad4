"""Sentences of the domain: English for programs, the reader's language in templates."""

import copy
import json
import pickle

from django.template import Context, Template
from django.utils.translation import override

from archive.core.errors import NotFound
from archive.core.said import Said, say, translated

LIMIT = "The text has {given:,} characters of HTML; at most {max_chars:,} are allowed."


def shown(value: object) -> str:
    return Template("{{ value }}").render(Context({"value": value}))


def test_programs_read_english_and_pages_the_language_of_the_request():
    text = say(LIMIT, given=600_000, max_chars=500_000)
    with override("de"):
        assert text == "The text has 600,000 characters of HTML; at most 500,000 are allowed."
        assert json.loads(json.dumps(text)) == text
        assert shown(text) == "Der Text hat 600.000 Zeichen HTML; höchstens 500.000 sind erlaubt."
    with override("en"):
        assert shown(text) == text


def test_sentences_inside_sentences_are_translated_too():
    outer = say("To be posted a work needs {what}.", what=say("a rating"))
    with override("de"):
        assert shown(outer) == "Um veröffentlicht zu werden, braucht ein Werk eine Einstufung."


def test_what_was_typed_is_escaped_and_never_read_as_a_template():
    text = say("“{text}” is no whole number.", text="<b>{0} %s</b>")
    with override("de"):
        assert shown(text) == "„&lt;b&gt;{0} %s&lt;/b&gt;“ ist keine ganze Zahl."


def test_an_error_with_a_plain_text_is_looked_up_whole():
    error = NotFound("This is not your password.")
    assert isinstance(error.detail, Said)
    with override("de"):
        assert shown(error.detail) == "Das ist nicht dein Passwort."
        assert shown(NotFound("Nobody translated {this}.").detail) == "Nobody translated {this}."


def test_copies_and_other_processes_keep_the_template():
    text = say("There is no work {work_id}.", work_id=7)
    for copied in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):  # noqa: S301  our own
        assert copied == "There is no work 7."
        with override("de"):
            assert translated(copied) == "Es gibt kein Werk 7."
