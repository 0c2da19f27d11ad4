"""Which terms a query word stands for, and what finds what."""

import pytest

from search.analysis import (
    Analyzer,
    fold_term,
    is_stop_word,
    query_forms,
    query_phrase,
    query_prefix,
    query_unit,
    stemmer,
    stop_words,
)

LANGUAGES = ("de", "en", "fr", "ru", "tr", "ar", "hi", "el", "es", "ja")


def finds(query, text, language):
    """Whether a word of a query finds a text, as an engine decides it."""
    terms, positions = Analyzer(language).terms(text)
    places: dict[str, set[int]] = {}
    for term, position in zip(terms, positions, strict=True):
        places.setdefault(term, set()).add(position)
    unit = query_unit(query, LANGUAGES)
    return any(_stands(parts, places, language) for parts in unit.alternatives)


def _stands(parts, places, language):
    starts = None
    for part in parts:
        wanted = dict(part.forms.by_language).get(language, (part.forms.folded,))
        here = {position - part.offset for term in wanted for position in places.get(term, ())}
        starts = here if starts is None else starts & here
    return bool(starts)


def forms_of(word, languages=("en",)):
    forms = query_forms(word, languages)
    assert forms is not None
    return forms


FOUND = [
    ("don't", "I dont know", "en"),
    ("dont", "I don’t know", "en"),
    ("don’t", "I don't know", "en"),
    ("arm-rest", "the arm rest", "en"),
    ("arm-rest", "the arm-rests", "en"),
    ("arm-rest", "an armrest", "en"),
    ("armrest", "an arm-rest", "en"),
    ("arm", "an arm-rest", "en"),
    ("rest", "an arm-rest", "en"),
    ("M/M", "tagged M/M and Gen", "en"),
    ("m/m", "Ｍ／Ｍ", "en"),
    ("K/S", "classic K/S", "en"),
    ("Kirk/Spock", "Kirk/Spock", "en"),
    ("kirk", "Kirk/Spock", "en"),
    ("U.S.A.", "the USA", "en"),
    ("usa", "the U.S.A.", "en"),
    ("shield", "S.H.I.E.L.D. agents", "en"),
    ("mary", "Mary's lamb", "en"),
    ("Mary's", "Mary had", "en"),
    ("amour", "l’amour", "fr"),
    ("l'amour", "L’AMOUR", "fr"),
    ("washing", "he washed", "en"),
    ("wash", "he washes", "en"),
    ("washes", "to wash", "en"),
    ("cafe", "un café", "fr"),
    ("café", "un cafe", "fr"),
    ("Häuser", "ein Haus", "de"),
    ("haus", "zwei Häuser", "de"),
    ("strasse", "Straße", "de"),
    ("STRASSE", "Straßen", "de"),
    ("niños", "un niño", "es"),
    ("nino", "los niños", "es"),
    ("книга", "читал книги", "ru"),
    ("елка", "Ёлка", "ru"),
    ("λογος", "ο ΛΌΓΟΣ", "el"),
    ("λόγοι", "λόγος", "el"),
    ("ispartali", "ISPARTALI", "tr"),
    ("ISPARTA", "ısparta", "tr"),
    ("istanbul", "İSTANBUL", "tr"),
    ("العربية", "العَرَبِيَّة", "ar"),
    ("احمد", "أحمد", "ar"),
    ("عברית", "عברית", "he"),
    ("עברית", "עִבְרִית", "he"),
    ("צהל", "צה״ל", "he"),
    ("हिन्दी", "हिन्दी में", "hi"),
    ("क़लम", "कलम", "hi"),
    ("日本", "私は日本語を", "ja"),
    ("日本語", "私は日本語を", "ja"),
    ("猫", "黒猫が", "ja"),
    ("ﾎﾟｯﾀｰ", "ハリー・ポッター", "ja"),
    ("ハリー・ポッター", "ハリー・ポッターと賢者の石", "ja"),
    ("我爱", "我爱你", "zh"),
    ("ไทย", "ภาษาไทย", "th"),
    ("한국어", "한국어 소설", "ko"),
    ("❤", "I ❤️ you", "en"),
    ("👍", "👍🏽", "en"),
    ("👩‍👩‍👧", "the 👩‍👩‍👧!", "en"),
    ("3", "٣", "ar"),
    ("re:zero", "Re:Zero", "en"),
    ("AC/DC", "AC/DC", "en"),
    ("C++", "C++", "en"),
]


@pytest.mark.parametrize(("query", "text", "language"), FOUND)
def test_query_finds(query, text, language):
    assert finds(query, text, language)


NOT_FOUND = [
    ("M/M", "mm", "en"),
    ("M/M", "M and M", "en"),
    ("K/S", "k s", "en"),
    ("arm-rest", "rest your arm", "en"),
    ("arm-rest", "arm the rest", "en"),
    ("don", "I don't", "en"),
    ("dies", "die Katze", "de"),
    ("日語", "日本語", "ja"),
    ("本日", "日本", "ja"),
    ("👩", "👩‍👩‍👧", "en"),
    ("wash", "washcloth", "en"),
    ("Häuser", "Haus", "xx"),
    (":)", "anything", "en"),
]


@pytest.mark.parametrize(("query", "text", "language"), NOT_FOUND)
def test_query_does_not_find(query, text, language):
    assert not finds(query, text, language)


def test_the_very_form_comes_first_and_the_folded_form_last():
    forms = forms_of("Cafés", ["fr", "en"])
    assert forms.exact == ("\x02cafés", "cafes")
    assert forms.folded == "cafes"
    assert forms_of("cafes", ["fr"]).exact == ("cafes",)


def test_stems_are_told_apart_by_language():
    forms = forms_of("dies", ["en", "de", "xx"])
    assert dict(forms.by_language) == {"en": ("die", "\x01en:die"), "de": ("dies", "\x01de:dies")}
    assert forms.stems == ("\x01de:dies", "die", "\x01en:die")


def test_terms_of_a_language_cover_each_occurrence_once():
    terms, _ = Analyzer("en").terms("wash washing washed washes Wash")
    for word in ("wash", "washing", "washes"):
        covering = dict(forms_of(word, ["en"]).by_language)["en"]
        assert sum(terms.count(term) for term in covering) == 5


def test_what_no_language_inflects_has_no_stems():
    for word in ("日本", "👍", "M/M"):
        forms = forms_of(word, ["en", "ja"])
        assert forms.stems == ()
        assert forms.by_language == ()


def test_occurrences_of_terms_are_found_with_their_places():
    text = "He washed the arm-rest; WASHING it, don’t ask. " * 2
    wanted = {"wash", "\x01en:wash", "armrest", "dont"}
    found = list(Analyzer("en").find(text, wanted))
    marked = ["washed", "arm-rest", "WASHING", "don’t"]
    assert [text[token.start : token.end] for token in found] == marked * 2
    assert found == [token for token in Analyzer("en").tokens(text) if wanted & set(token.terms)]


def test_compounds_and_nothing_are_no_single_word():
    assert query_forms("arm-rest") is None
    assert query_forms("日本語") is None
    assert query_forms("!?") is None
    assert query_unit("!?").alternatives == ()


def test_unit_is_its_joined_form_alone():
    unit = query_unit("M/M")
    assert unit.parts == ()
    assert [forms.folded for forms in unit.joined] == ["m/m"]


def test_phrase_has_parts_alone():
    unit = query_phrase("the arm-rest of D'Artagnan’s M/M chair")
    assert unit.joined == ()
    assert [(part.forms.folded, part.offset) for part in unit.parts] == [
        *(("the", 0), ("arm", 1), ("rest", 2), ("of", 3), ("dartagnans", 4)),
        *(("m", 5), ("m", 6), ("chair", 7)),
    ]
    assert [part.forms.folded for part in query_phrase("arm-rest").parts] == ["arm", "rest"]


@pytest.mark.parametrize(
    ("text", "before", "prefix"),
    [
        ("Wash", [], "wash"),
        ("Café", [], "cafe"),
        ("arm-re", ["arm"], "re"),
        ("l'am", [], "lam"),
        ("ハリー", ["ハリ"], "リー"),
        ("M/M", [], "m/m"),
    ],
)
def test_prefix(text, before, prefix):
    asked = query_prefix(text)
    assert [part.forms.folded for part in asked.parts] == before
    assert asked.prefix == prefix


def test_folding():
    pairs = {
        "ÉTÉ": "ete",
        "Straße": "strasse",
        "Ørsted": "orsted",
        "ŁÓDŹ": "lodz",
        "Œuvre": "oeuvre",
        "Þórr": "thorr",
        "Đặng": "dang",
        "ΟΔΟΣ": "οδοσ",
        "йод": "йод",
        "ё": "е",
        "कि": "कि",
        "が": "が",
        "ที่": "ที่",
        "한": "한",
    }
    assert {word: fold_term(word) for word in pairs} == pairs


@pytest.mark.parametrize("word", ["ÉTÉ", "Straße", "İ", "ﬁ", "ǅ", "ᾳ", "ﷺ", "क़", "e\u0301", "①"])
def test_folding_twice_changes_nothing(word):
    assert fold_term(fold_term(word)) == fold_term(word)


def test_stemmers_by_language_tag():
    assert stemmer("en-GB")("washing") == "wash"
    assert stemmer("nb")("bøkene") == stemmer("no")("bøkene") != "bøkene"
    assert stemmer("tlh")("washing") == "washing"
    assert stemmer("en")("x" * 5000) == "x" * 5000


def test_stop_words_are_a_hint_by_language():
    assert is_stop_word("the", "en-US")
    assert not is_stop_word("the", "de")
    assert is_stop_word("fur", "de")
    assert stop_words("tlh") == frozenset()
