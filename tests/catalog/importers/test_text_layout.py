"""How the lines of a plain text are set: joined, kept, quoted, emphasised."""

import textwrap

import pytest

from catalog.importers.text_html import inline, plain
from catalog.importers.text_layout import join_lines, measure
from catalog.importers.text_model import is_break
from tests.catalog.importers.text_helpers import PROSE, bodies, read

HEAD = "Salt\nby Ann\n\n"
LONG = (
    "The first winter they burned the fences. It was an easy thing to do and nobody had to be "
    "asked twice, for the sheep were gone already and a fence with nothing to keep in is only a "
    "row of sticks. She carried the wood in and said nothing, and the smoke went up."
)


def test_wrapped_lines_are_joined():
    wrapped = "\n\n".join(textwrap.fill(LONG, 72) for _ in range(3))
    assert bodies(read(HEAD + wrapped)) == "\n".join([f"<p>{LONG}</p>"] * 3)


def test_lines_that_are_paragraphs_become_paragraphs():
    assert bodies(read(HEAD + f"{LONG}\n{LONG}\nYes.\n{LONG}")).count("<p>") == 4


def test_indented_first_lines_begin_paragraphs():
    wrapped = "\n".join(textwrap.fill(LONG, 70, initial_indent="   ") for _ in range(3))
    assert bodies(read(HEAD + wrapped)) == "\n".join([f"<p>{LONG}</p>"] * 3)


def test_a_blank_line_after_every_line_is_no_paragraph():
    lines = "\n\n".join(textwrap.wrap(LONG, 60) * 3)
    assert bodies(read(HEAD + lines)).count("<p>") <= 3


def test_a_text_without_any_blank_lines_breaks_at_short_lines():
    lines = "\n".join(textwrap.fill(LONG, 66) for _ in range(12))
    assert bodies(read(HEAD + lines)).count("<p>") == 12


def test_verse_letters_and_quotations_keep_their_shape():
    verse = "The weir is high,\nThe weir is low,\nIt never says\nWhat it may owe."
    quoted = textwrap.indent(textwrap.fill(LONG, 60), "     ")
    text = f"{textwrap.fill(LONG, 72)}\n\n{verse}\n\n{quoted}\n\n{textwrap.fill(LONG, 72)}\n"
    body = bodies(read(HEAD + text))
    assert "<p>The weir is high,<br>\nThe weir is low,<br>\n" in body
    assert f"<blockquote><p>{LONG}</p></blockquote>" in body
    assert body.count("<br>") == 3


def test_single_line_ends_in_unwrapped_text_stay():
    body = bodies(read(f"{HEAD}{PROSE}\nDear Jo,\nI am well.\nAnn\n\n{PROSE}"))
    assert "<p>Dear Jo,<br>\nI am well.<br>\nAnn</p>" in body


@pytest.mark.parametrize(
    "line",
    ["* * *", "***", "---", "~*~", "#", "* ~ * ~ *", "oOo", "oOoOo", "xXx", "-0-0-0-", "____", "~"],
)
def test_scene_breaks(line):
    assert is_break(line)
    body = bodies(read(f"{HEAD}{PROSE}\n{line}\n\n{PROSE}\n{line}\n"))
    assert body.count("<hr>") == 1
    assert not body.startswith("<hr>")
    assert not body.endswith("<hr>")


@pytest.mark.parametrize(
    "line", ["", "I", "XXX", "xxx", "?", "...", "O", "000", "2000", "*no*", "—"]
)
def test_other_short_lines_are_no_breaks(line):
    assert not is_break(line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_Arsène Lupin_ et l'_Oeuvre_", "<em>Arsène Lupin</em> et l'<em>Oeuvre</em>"),
        ("so *very* bold", "so <strong>very</strong> bold"),
        ("so **very** bold", "so <strong>very</strong> bold"),
        ("he /said/ it", "he <em>said</em> it"),
        ("<i>thought</i> <b>loud</b>", "<em>thought</em> <strong>loud</strong>"),
        ("_He *said* it_", "<em>He <strong>said</strong> it</em>"),
        ("snake_case_name and/or 2*3*4", "snake_case_name and/or 2*3*4"),
        ("/usr/bin and 9/11/01", "/usr/bin and 9/11/01"),
        ("_ _ * * ____ a_", "_ _ * * ____ a_"),
        ("<script>x</script> & <", "&lt;script&gt;x&lt;/script&gt; &amp; &lt;"),
        ("<em onclick=x>no</em>", "&lt;em onclick=x&gt;no&lt;/em&gt;"),
    ],
)
def test_emphasis_and_escaping(text, expected):
    assert inline(text) == expected


def test_plain_drops_the_marks_of_emphasis():
    assert plain("_Salt_ and  *Bread*") == "Salt and Bread"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["a red-", "headed man"], "a red-headed man"),
        (["he said--", "and went"], "he said--and went"),
        (["one -", "two"], "one - two"),
        (["雨下了整整", "三天。"], "雨下了整整三天。"),
        (["one", "", "two"], "one two"),
        ([], ""),
    ],
)
def test_joining_lines(lines, expected):
    assert join_lines(lines) == expected


def test_measuring_a_layout():
    wrapped = textwrap.wrap(LONG, 72)
    assert measure([wrapped] * 3).width >= 65
    assert measure([[LONG], [LONG]]).width == 0
    assert measure([["Rose", "Is a rose", "Is a", "Rose"]] * 5).width == 0
    assert measure([]).width == 0
    assert measure([["  " + line for line in wrapped]] * 3).base == 2


def test_text_is_never_markup():
    body = bodies(read(f"{HEAD}<p onclick='x'>&amp;</p>\n\n{PROSE}"))
    assert "<p>&lt;p onclick='x'&gt;&amp;amp;&lt;/p&gt;</p>" in body
