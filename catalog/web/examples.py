"""Examples of the query language for the help page; each finds something in the demo archive."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Example:
    """A query that runs, and what it finds."""

    text: str
    finds: object


@dataclass(frozen=True)
class Chapter:
    """A part of the help: its heading, what there is to know, examples."""

    heading: object
    text: object
    examples: tuple[Example, ...]


HELP = (
    Chapter(
        _("Words"),
        _(
            "All words must occur, each of them anywhere: in a title, a name, a tag, a summary, "
            "a note or the text. Capitals and accents do not matter, and other forms of a word "
            "are found too."
        ),
        (
            Example("violin fog", _("both words")),
            Example("lamps", _("lamp and lamps")),
            Example("cafe", _("café as well")),
        ),
    ),
    Chapter(
        _("Phrases"),
        _("Words between quotation marks must stand side by side, in this order."),
        (
            Example('"Baker Street"', _("these two words together")),
            Example("“the second floor”", _("curly quotation marks do as well")),
        ),
    ),
    Chapter(
        _("Either, or, and not"),
        _(
            "OR (in capitals) or | stands between alternatives, a minus before what must not "
            "occur. Parentheses keep together what belongs together."
        ),
        (
            Example("lamp OR lantern", _("one of two words, or both")),
            Example("tea -murder", _("the first word without the second")),
            Example("(violin | piano) fog", _("alternatives with another word")),
        ),
    ),
    Chapter(
        _("Parts of words, and slips"),
        _(
            "A star stands for the rest of a word, from three letters on. A tilde allows one "
            "letter to be wrong, missing or too many."
        ),
        (
            Example("lant*", _("lantern, lanterns ...")),
            Example("violn~", _("violin, with a letter lost")),
        ),
    ),
    Chapter(
        _("In one field"),
        _(
            "A name and a colon before a word, a phrase or a group in parentheses look in that "
            "field alone: title, creator, tag, fandom, character, relationship, freeform, "
            "warning, rating, category, series, summary, notes, text."
        ),
        (
            Example("title:violin", _("in the title")),
            Example("creator:marginalia", _("by this creator")),
            Example('fandom:"sherlock holmes"', _("in the names of fandoms")),
            Example("character:watson -relationship:lupin", _("with one and without another")),
            Example("freeform:(humor OR fluff)", _("tags of either kind")),
        ),
    ),
    Chapter(
        _("Numbers and dates"),
        _(
            "words, chapters, kudos, comments, bookmarks and hits take 1000, >1000, <1000 or "
            "1000-5000. updated and published take a year, a month, a day, a range with two "
            "dots, or an age such as <2weeks."
        ),
        (
            Example("words:1000-2000", _("between two numbers of words")),
            Example("chapters:>3", _("more than three chapters")),
            Example("updated:2019..2024", _("between two years")),
            Example("published:>1year", _("more than a year ago")),
        ),
    ),
    Chapter(
        _("State, language and order"),
        _(
            "complete, crossover, one_pairing, single_chapter and restricted take true or "
            "false; language takes a code or a name; sort takes relevance, updated, published, "
            "title, creator, words, kudos, comments, bookmarks or hits."
        ),
        (
            Example("crossover:true complete:true", _("complete crossovers")),
            Example("language:german", _("in German")),
            Example("sherlock sort:words", _("the longest first")),
        ),
    ),
)
SHORT = (
    HELP[0].examples[0],
    HELP[1].examples[0],
    HELP[2].examples[1],
    HELP[3].examples[0],
    HELP[4].examples[0],
    HELP[6].examples[0],
)
"""The few that stand beside the form."""
