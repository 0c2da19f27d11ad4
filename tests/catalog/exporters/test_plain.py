"""Downloads as plain text and Markdown keep lines of verse, emphasis, quotations and lists."""

from dataclasses import replace

from catalog.exporters.content import ExportChapter
from catalog.exporters.plain import to_markdown, to_text
from tests.catalog.exporters.books import clean
from tests.catalog.exporters.test_files import WORK

HTML = (
    "<p>How doth the <em>little</em> crocodile<br>Improve his <b>shining</b> tail.</p>"
    "<blockquote><p>Quoted here.</p><p>And here.</p></blockquote><hr><ul><li>one</li><li>two</li></ul>"
    '<p><a href="https://x.example/">There</a> * and_there</p><h3>Inside</h3><pre>a\n  b</pre>'
)


def written(write):
    work = replace(WORK, chapters=(ExportChapter(1, "One", clean(HTML)),))
    return write(work).decode()


def test_text_keeps_the_lines_and_marks_of_typed_stories():
    text = written(to_text)
    assert "How doth the _little_ crocodile\nImprove his *shining* tail.\n" in text
    assert "\n    Quoted here.\n\n    And here.\n\n* * *\n\n- one\n- two\n\n" in text
    assert "There * and_there\n\nInside\n\n    a\n      b\n" in text


def test_text_wraps_long_lines_and_indents_what_goes_on_of_a_verse():
    html = clean(f"<p>{'word ' * 40}</p><p>{'verse ' * 20}<br>end</p>")
    text = to_text(replace(WORK, chapters=(ExportChapter(1, "One", html),))).decode()
    assert max(map(len, text.split("One", 1)[1].split("\n"))) <= 78
    assert "\n    verse" in text
    assert "\nend\n" in text


def test_markdown_keeps_the_same():
    text = written(to_markdown)
    assert "How doth the *little* crocodile  \nImprove his **shining** tail.\n" in text
    assert "> Quoted here.\n>\n> And here.\n\n* * *\n\n- one\n- two\n\n" in text
    assert "[There](https://x.example/) \\* and\\_there" in text
