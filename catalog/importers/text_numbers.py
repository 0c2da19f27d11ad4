"""Numbers as headings write them: 4, IV, four, the Fourth, Viertes, 第四."""

import re
import unicodedata
from functools import cache
from typing import Literal, NamedTuple

Style = Literal["arabic", "roman", "word", "han"]

_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,4})", re.IGNORECASE)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ARABIC = re.compile(r"\d{1,4}(?:st|nd|rd|th|e|er|ère|º|ª|°)?")
_HAN_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
    "壱": 1,
    "弐": 2,
    "参": 3,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}

_CARDINALS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty",
    "de": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix-sept dix-huit dix-neuf vingt",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte",
    "it": "uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    "pt": "um dois três quatro cinco seis sete oito nove dez onze doze",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "sv": "ett två tre fyra fem sex sju åtta nio tio elva tolv",
    "ru": "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
}
_ORDINALS = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    "de": "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte",
    "de2": "erstes zweites drittes viertes fünftes sechstes siebtes achtes neuntes zehntes elftes "
    "zwölftes",
    "de3": "erster zweiter dritter vierter fünfter sechster siebter achter neunter zehnter elfter "
    "zwölfter",
    "fr": "premier deuxième troisième quatrième cinquième sixième septième huitième neuvième "
    "dixième onzième douzième",
    "fr2": "première seconde",
    "es": "primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo",
    "es2": "primera segunda tercera cuarta quinta sexta séptima octava novena décima",
    "es3": "primer",
    "it": "primo secondo terzo quarto quinto sesto settimo ottavo nono decimo",
    "pt": "primeiro segundo terceiro quarto quinto sexto sétimo oitavo nono décimo",
    "nl": "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende",
    "sv": "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde",
    "ru": "первая вторая третья четвертая пятая шестая седьмая восьмая девятая десятая",
    "ru2": "первый второй третий четвертый пятый шестой седьмой восьмой девятый десятый",
    "pl": "pierwszy drugi trzeci czwarty piąty szósty siódmy ósmy dziewiąty dziesiąty",
    "pl2": "pierwsza druga trzecia czwarta piąta szósta siódma ósma dziewiąta dziesiąta",
    "tr": "birinci ikinci üçüncü dördüncü beşinci altıncı yedinci sekizinci dokuzuncu onuncu",
    "el": "πρώτο δεύτερο τρίτο τέταρτο πέμπτο έκτο έβδομο όγδοο ένατο δέκατο",
    "he": "ראשון שני שלישי רביעי חמישי שישי שביעי שמיני תשיעי עשירי",
    "ar": "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر",
    "ar2": "الأولى الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة العاشرة",
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70} | {
    "eighty": 80,
    "ninety": 90,
}
_LAST = 999


class Number(NamedTuple):
    """The value of a number and how it was written."""

    value: int
    style: Style


@cache
def _words() -> dict[str, int]:
    words: dict[str, int] = {}
    for table in (_CARDINALS, _ORDINALS):
        for names in table.values():
            for value, name in enumerate(names.split(), start=1):
                words.setdefault(_plain(name), value)
    units = _CARDINALS["en"].split()[:9]
    ordinals = _ORDINALS["en"].split()[:9]
    for ten, base in _TENS.items():
        words[ten] = base
        words[ten.removesuffix("y") + "ieth"] = base
        for value, (unit, ordinal) in enumerate(zip(units, ordinals, strict=True), start=1):
            words[f"{ten}-{unit}"] = words[f"{ten}-{ordinal}"] = base + value
    words["last"] = words["final"] = _LAST
    words["zero"] = 0
    return words


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def parse_number(text: str) -> Number | None:
    """The number that the whole text is, written in digits, Roman, words or Han, or None."""
    text = text.strip()
    if not text or len(text) > 24:
        return None
    if _ARABIC.fullmatch(text):
        return Number(int(re.match(r"\d+", text).group()), "arabic")  # type: ignore[union-attr]
    if text.isascii() and (value := roman(text)):
        return Number(value, "roman")
    word = re.sub(r"[\s‐‑–]+", "-", _plain(text))
    word = word.removeprefix("the-").removeprefix("la-").removeprefix("le-")
    if (value := _words().get(word, -1)) >= 0:
        return Number(value, "word")
    han = _han(text)
    return None if han is None else Number(han, "han")


def roman(text: str) -> int:
    """The value of a Roman numeral in one case (IV or iv, also IIII), 0 for anything else."""
    if not text or not _ROMAN.fullmatch(text) or not (text.isupper() or text.islower()):
        return 0
    values = [_ROMAN_VALUES[char] for char in text.lower()]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def _han(text: str) -> int | None:
    if not all(char in _HAN_DIGITS or char in _HAN_UNITS for char in text):
        return None
    if not any(char in _HAN_UNITS for char in text):
        return int("".join(str(_HAN_DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        else:
            total += (digit or 1) * _HAN_UNITS[char]
            digit = 0
    return total + digit
