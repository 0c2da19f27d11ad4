"""Sentences of the domain: English for programs, the reader's language in templates."""

import copy
import json
import pickle

import pytest
from django.template import Context, Template
from django.utils.translation import override

from archive.core.errors import NotFound
from archive.core.said import Said, counted, listed, packed, say, translated, unpacked

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
        assert shown(outer) == "Um veröffentlicht zu werden, braucht ein Werk eine Altersfreigabe."


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


BROKEN = (
    "{n} broken character (half a surrogate pair) was removed.",
    "{n} broken characters (half surrogate pairs) were removed.",
)


def test_numbers_choose_their_form_in_each_language():
    assert counted(*BROKEN, n=1).startswith("1 broken character ")
    assert counted(*BROKEN, n=2).startswith("2 broken characters ")
    with override("de"):
        assert shown(counted(*BROKEN, n=1)).startswith("1 beschädigtes Zeichen ")
        assert shown(counted(*BROKEN, n=2)).startswith("2 beschädigte Zeichen ")


def test_what_is_stored_as_json_is_the_same_sentence_again():
    sentences = (
        counted(*BROKEN, n=1),
        say("The EPUB is broken: {why}.", why=say("it has no file “mimetype”")),
        say("{name} holds binary data and no text; allowed are {known}.", name="a", known="b"),
        say(LIMIT, given=600_000, max_chars=1.5),
        say("This is not your password."),
        listed([say("plain text (.txt)"), "HTML"]),
    )
    for text in sentences:
        again = unpacked(json.loads(json.dumps(packed(text))))
        assert again == text
        with override("de"):
            assert translated(again) == translated(text) != text
    assert unpacked(packed("plain {words}")) == "plain {words}"


@pytest.mark.parametrize("template", ["{n.__class__}", "{n[0]}", "{n:>9999999999}", "{other}", "{"])
def test_a_foreign_template_reaches_for_nothing_but_its_values(template):
    with pytest.raises(ValueError, match=r"no place|expected|Single"):
        unpacked({"said": template, "many": "", "values": {"n": 1}})
