"""The parameters of the works list: their names, what they read, and how they are described."""

from archive.core.parameters import ChoiceParameter, FlagParameter, NumberParameter, Parameter
from catalog.filter_values import (
    AbsentParameter,
    CountBoundParameter,
    CountRangeParameter,
    DateBoundParameter,
    DateRangeParameter,
    FacetsParameter,
    IdsParameter,
    LanguageParameter,
    OrderingParameter,
    QueryTextParameter,
    TagParameter,
    WordsParameter,
)
from catalog.models import WORK_KINDS
from catalog.workquery import TEXT_SCOPES

KINDS = (*(kind.value for kind in WORK_KINDS), "tag")
_EXAMPLES = {
    "rating": "General",
    "warning": "No Archive Warnings Apply",
    "category": "Gen",
    "fandom": "Sherlock Holmes",
    "relationship": "Sherlock Holmes & John Watson",
    "character": "John Watson",
    "freeform": "Slow Burn",
    "tag": "Slow Burn",
}
_COUNTS = {
    "words": "words of the posted chapters",
    "chapters": "posted chapters",
    "kudos": "kudos",
    "comments": "comments",
    "bookmarks": "bookmarks",
    "hits": "hits",
}
_DATES = {
    "updated": "the newest posted chapter appeared",
    "published": "the work was first published",
}
_SIDES = {"gte": "At least", "gt": "More than", "lte": "At most", "lt": "Less than"}
_TIMES = {"gte": "On or after", "gt": "After", "lte": "On or before", "lt": "Before"}
_FLAGS = {
    "complete": "Whether all expected chapters are posted.",
    "crossover": "Whether the work is of fandoms that have nothing to do with each other.",
    "single_chapter": "Whether the work is meant to have one chapter.",
    "one_pairing": "Whether the work has exactly one relationship.",
    "restricted": "Whether the work is for members only; guests never find such works.",
}


def _texts() -> dict[str, Parameter]:
    return {
        "q": QueryTextParameter(
            'Text query: words, "phrases", OR, -, parentheses, word*, word~ and fields such as '
            "title: or words:>1000, over title, creators, tags, series, summary, notes and text. "
            "What cannot be parsed is 400 query.syntax with the position.",
            example='"baker street" -moriarty',
        ),
        "q_in": ChoiceParameter(
            "Where q looks: everywhere, in everything but the text, or in the text alone.",
            allowed=TEXT_SCOPES,
            example="all",
        ),
        "title": WordsParameter("Words that occur in the title.", example="borrowed violin"),
        "creator": WordsParameter("Words that occur in a creator's name.", example="ozfan"),
    }


def _tags() -> dict[str, Parameter]:
    declared: dict[str, Parameter] = {}
    for kind in KINDS:
        what = "tag of any kind" if kind == "tag" else f"{kind} tag"
        example = [_EXAMPLES[kind]]
        form = "by id, or by name (name:1602 for a name of digits)"
        declared[kind] = TagParameter(
            f"Works found under this {what}, {form}; given several times: under all of them. "
            "Synonyms count as their canonical tag, broader tags find what is under narrower ones.",
            example=example,
        )
        declared[f"{kind}__any"] = TagParameter(
            f"Works found under at least one of these {what}s, {form}.", example=example
        )
        declared[f"{kind}__not"] = TagParameter(
            f"No works found under any of these {what}s, {form}.", example=example
        )
    declared["exact_tag"] = TagParameter(
        "Works that carry this very tag, by id or name; synonyms and narrower tags do not count. "
        "Given several times: all of them.",
        example=[12],
    )
    declared["tag_text"] = WordsParameter(
        "Words that occur in the names of the work's tags, wrangled or not.", example="time travel"
    )
    return declared


def _languages() -> dict[str, Parameter]:
    return {
        "language": LanguageParameter(
            "Works in this language (BCP 47); given several times: in any of them.", example=["en"]
        ),
        "language__not": LanguageParameter("No works in this language.", example=["de"]),
    }


def _counts() -> dict[str, Parameter]:
    declared: dict[str, Parameter] = {}
    for name, what in _COUNTS.items():
        declared[name] = CountRangeParameter(
            f"Number of {what}: 1000, <1000, >1000, 1000-5000; thousands separators are allowed.",
            example="1000-5000",
        )
        for bound, side in _SIDES.items():
            declared[f"{name}__{bound}"] = CountBoundParameter(
                f"{side} this number of {what}.", bound=bound, example="1000"
            )
    return declared


def _dates() -> dict[str, Parameter]:
    declared: dict[str, Parameter] = {}
    for name, what in _DATES.items():
        declared[name] = DateRangeParameter(
            f"When {what} (UTC): < 7 days, > 2 years ago, 2020, 2020-05-17, "
            "2020-01-01..2020-12-31.",
            example="2020-01-01..2020-12-31",
        )
        for bound, side in _TIMES.items():
            declared[f"{name}__{bound}"] = DateBoundParameter(
                f"{side} this day, month, year or moment {what}.",
                bound=bound,
                example="2020-01-31",
            )
    return declared


def _others() -> dict[str, Parameter]:
    declared: dict[str, Parameter] = {
        name: FlagParameter(what, example="true") for name, what in _FLAGS.items()
    }
    declared |= {
        "series": IdsParameter("Works of this series; repeated: of any of them.", example=[1]),
        "creator_id": IdsParameter(
            "Works of this creator; repeated: of any of them. Anonymous works are not found so.",
            example=[1],
        ),
        "collection": AbsentParameter("Works of this collection.", example=[1]),
        "include_blocked": FlagParameter(
            "Show what your blocked tags would leave out.", example="true"
        ),
        "ordering": OrderingParameter(
            "The order of the results, - for descending; ties by id. Without it relevance for a "
            "text query, else the newest first.",
            example="-updated",
        ),
        "facets": FacetsParameter(
            "Facets to count within the result: all, or a list.", example="fandom,character"
        ),
        "facet_size": NumberParameter("How many values of each facet.", low=1, high=50, example=10),
        "highlight": FlagParameter(
            "Up to three snippets for each result, with the chapters they are from.",
            example="true",
        ),
    }
    return declared


WORK_PARAMETERS: dict[str, Parameter] = {
    **_texts(),
    **_tags(),
    **_languages(),
    **_counts(),
    **_dates(),
    **_others(),
}
