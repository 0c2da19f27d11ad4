"""Values as people write them behind labels: dates, series, ratings, warnings, yes and no."""

import re
from datetime import UTC, date, datetime
from functools import cache

from archive.core.text import fold_name
from catalog.importers.base import ImportedSeries
from catalog.importers.text_model import word_set

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari",
            "february feb februar fevrier febrero febbraio fevereiro februari",
            "march mar marz mars marzo marco maart",
            "april apr avril abril aprile",
            "may mai mayo maggio maio mei maj",
            "june jun juni juin junio giugno junho",
            "july jul juli juillet julio luglio julho",
            "august aug aout agosto augustus augusti",
            "september sep sept septembre septiembre settembre setembro",
            "october oct oktober octobre octubre ottobre outubro okt",
            "november nov novembre noviembre novembro",
            "december dec dezember decembre diciembre dicembre dezembro dez desember",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s].*)?")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:of |de )?([^\W\d_]+)\.?,?\s+(?:de )?(\d{4})"
)
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_INITIAL = re.compile(r"(?<![^\W_])(?:[^\W\d_]|Jr|Sr|Dr|St|Mrs?)\.$")
_WEEKDAY = re.compile(r"^[^\W\d_]+day,?\s+|^(?:mon|tue|wed|thu|fri|sat|sun)\.?,?\s+", re.IGNORECASE)

_YES = word_set("yes y true 1 on members ja oui si") | {"members only"}
_NOTHING = word_set(
    "none n/a na nil nope no - -- keine keiner aucun aucune ninguno ninguna nessuno nessuna geen "
    "нет 无 なし"
)

_SERIES = (
    re.compile(
        r"(?:part|book|volume|vol\.?|#|teil|tome|partie|number|no\.)\s*(?P<n>\d{1,4})"
        r"(?:\s*/\s*\d+)?\s+(?:of|in|von|de|der|des|du)\s+(?P<title>.+?)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<n>\d{1,4})(?:st|nd|rd|th|\.)?\s+(?:(?:part|story|book|fic)\s+)?(?:of|in)\s+"
        r"(?P<title>.+?)",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<title>.+?)\s*#\s*(?P<n>\d{1,4})(?:\s*(?:of|/)\s*\d+)?", re.IGNORECASE),
    re.compile(
        r"(?P<title>.+?)\s*[(\[]\s*(?:part|book|#|no\.)?\s*(?P<n>\d{1,4})"
        r"(?:\s*(?:of|/)\s*\d+)?\s*[)\]]",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<title>.+?)\s*[,:;–—-]\s*(?:part|book|volume|vol\.?|teil|tome|partie|number|no\.)"
        r"\s*(?P<n>\d{1,4})(?:\s*(?:of|/)\s*\d+)?",
        re.IGNORECASE,
    ),
)

# Names of the closed kinds and their common forms. An archive with the vocabulary of the fixtures
# resolves the forms before the double bar itself, so that they stay as typed; the others are
# replaced by the name.
_RATINGS = {
    "Not Rated": "not rated|nr|unrated|no rating||none",
    "General Audiences": "general audiences|general audience|general|g|k|k+|pg|all ages|everyone"
    "||gen|fr7|frk|frc|u|6|p6|child|tous publics",
    "Teen And Up Audiences": "teen and up audiences|teen and up|teen & up|teen|teens|t|pg-13|pg13|"
    "13+||pg 13|pg-15|frt|frt-13|fr13|12|12+|13|14+|15|15+|p12|soft r|teen audiences",
    "Mature": "mature|m|r|mature audiences|16+||frm|fr15|16|p16|hard r|light r|m15",
    "Explicit": "explicit|e|ma|nc-17|nc17|x|adult|18+||nc 17|nc|xxx|adults|adults only|adult only|"
    "frao|fr18|18|p18|m18",
}
_WARNINGS = {
    "Creator Chose Not To Use Archive Warnings": "creator chose not to use archive warnings|"
    "choose not to use archive warnings|chose not to use archive warnings|"
    "author chose not to use archive warnings|creator chose not to warn|choose not to warn|"
    "chose not to warn|cntw||author chose not to warn",
    "No Archive Warnings Apply": "no archive warnings apply|none|none apply|no warnings|"
    "no warnings apply|no archive warnings|nawa||nothing|aucun avertissement|keine warnungen",
    "Graphic Depictions Of Violence": "graphic depictions of violence|graphic violence|violence|"
    "graphic depiction of violence|gdv||gewalt|violencia|violenza",
    "Major Character Death": "major character death|character death|major death|deathfic|mcd||"
    "death of a major character|death fic|main character death|charaktertod|"
    "mort d'un personnage",
    "Rape/Non-Con": "rape/non-con|rape / non-con|rape|non-con|noncon|non con|rape/noncon|"
    "non-consensual|rape/non-consensual sex||non-consensual sex|nonconsensual sex|nonconsensual|"
    "vergewaltigung|viol|violacion|nc sex",
    "Underage Sex": "underage sex|underage|underaged|under-age|underage sexual content",
}
_CATEGORIES = {
    "Gen": "gen|genfic|gen fic|no pairing|no romance|general fiction||general",
    "F/M": "f/m||m/f|het|heterosexual|hetero",
    "M/M": "m/m||slash|male slash|yaoi|boys love",
    "F/F": "f/f||femslash|femmeslash|fem slash|femme slash|f/f slash|yuri",
    "Multi": "multi||multiple|poly|m/m/f|f/f/m|m/f/m|threesome",
    "Other": "other",
}


@cache
def _forms(kind: str) -> dict[str, str]:
    """Folded form to the name that replaces it, "" for a form that stays as typed."""
    tables = {"rating": _RATINGS, "warning": _WARNINGS, "category": _CATEGORIES}
    forms: dict[str, str] = {}
    for name, text in tables[kind].items():
        typed, _, replaced = text.partition("||")
        forms |= dict.fromkeys(map(fold_name, typed.split("|")), "")
        forms |= dict.fromkeys(filter(None, map(fold_name, replaced.split("|"))), name)
    return forms


def closed_name(kind: str, value: str) -> str:
    """The value as a name of a closed kind: as typed or replaced; "" for an unknown one."""
    text = " ".join(value.split()).strip(" .!")
    folded = fold_name(text)
    if kind == "warning" and folded in _NOTHING and folded != "none":
        return "No Archive Warnings Apply"
    name = _forms(kind).get(folded)
    return "" if name is None else name or text


def is_yes(value: str) -> bool:
    """Whether the value says yes."""
    return fold_name(value).strip(" .!") in _YES


def is_nothing(value: str) -> bool:
    """Whether the value says that there is none."""
    return fold_name(value).strip(" .!") in _NOTHING


def _without_stop(name: str) -> str:
    """The name without a full stop that closed the list; that of "Harry P." is its own."""
    return name if _INITIAL.search(name) else name.rstrip(" .")


def split_names(value: str) -> list[str]:
    """Names separated by commas, semicolons or line ends, outside of brackets, each once."""
    parts: list[str] = []
    depth = 0
    start = 0
    for at, char in enumerate(value):
        if char in "([":
            depth += 1
        elif char in ")]":
            depth = max(0, depth - 1)
        elif char in ",;\n，、；|" and not depth and not _is_inside(value, at):
            parts.append(value[start:at])
            start = at + 1
    parts.append(value[start:])
    names = (_without_stop(" ".join(part.split()).strip(" -–—").lstrip(".")) for part in parts)
    return list(dict.fromkeys(name for name in names if name and not is_nothing(name)))


def _is_inside(value: str, at: int) -> bool:
    """A bar with spaces joins two forms of one name and separates nothing."""
    return value[at] == "|" and value[at - 1 : at] == " " and value[at + 1 : at + 2] == " "


def parse_rating(value: str) -> tuple[str, str]:
    """The rating's name ("" when unknown) and what else the value says."""
    text = " ".join(value.split()).strip(" .").removeprefix("Rated ")
    if name := closed_name("rating", text):
        return name, ""
    # "PG-13 for language", "R (violence)", "FRM, to be safe": the longest known beginning counts.
    words = re.split(r"(?<=[\s,;(/:])|(?=[\s,;(/:])", text)
    for length in range(len(words) - 1, 0, -1):
        head = "".join(words[:length])
        if name := closed_name("rating", head.strip(" ,;(/:-–—.")):
            rest = "".join(words[length:]).strip(" ,;/:-–—.")
            return name, rest.removeprefix("(").removesuffix(")").strip()
    return "", text


def parse_series(value: str) -> ImportedSeries | None:
    """Name and position of "Name #2", "Part 2 of Name", "Name (2)", "Name, Book 2"."""
    text = " ".join(value.split()).strip(" .")
    if not text or is_nothing(text):
        return None
    for pattern in _SERIES:
        match = pattern.fullmatch(text)
        if match and any(char.isalpha() for char in match["title"]):
            # "Part 3 of the Coast series" names the series "Coast".
            title = match["title"]
            if pattern in _SERIES[:2]:
                title = re.sub(r"^the\s+(.+)\s+series$", r"\1", title, flags=re.IGNORECASE)
            return ImportedSeries(_unquoted(title), int(match["n"]) or None)
    return ImportedSeries(_unquoted(text))


def _unquoted(text: str) -> str:
    return text.strip(" \"“”„«»_*'").strip() or text


def parse_day(value: str) -> date | None:
    """The day, when the value names one beyond doubt: 03/04/2005 does not."""
    text = _WEEKDAY.sub("", " ".join(value.split()).strip(" ."))
    try:
        return _parse_day(text)
    except ValueError:
        return None


def _parse_day(text: str) -> date | None:
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_MONTH.fullmatch(text):
        month = _MONTHS.get(fold_name(match[2]))
        return date(int(match[3]), month, int(match[1])) if month else None
    if match := _MONTH_DAY.fullmatch(text):
        month = _MONTHS.get(fold_name(match[1]))
        return date(int(match[3]), month, int(match[2])) if month else None
    if match := _NUMERIC.fullmatch(text):
        return _numeric_day(int(match[1]), match[2], int(match[3]), match[4])
    return None


def _numeric_day(first: int, mark: str, second: int, year: str) -> date | None:
    """Points are written day first; with a slash only a number over twelve tells."""
    full = int(year) + (0 if len(year) == 4 else 1900 if int(year) > 60 else 2000)
    if mark == "." or first > 12:
        return date(full, second, first)
    if second > 12 or first == second:
        return date(full, first, second)
    return None


def noon(day: date) -> datetime:
    """The moment a day stands for when only the day is known."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
