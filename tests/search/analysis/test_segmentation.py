"""Where words begin and end, in many scripts."""

import time

import pytest

from search.analysis import Analyzer
from search.analysis.classes import ASCII_TOKENS, token_pattern

# text, language, the parts as they stand in the text
PARTS = [
    ("The washcloth, on the chair.", "en", "The washcloth on the chair"),
    ("_emphasis_ and *stars* -- dash—dash", "en", "emphasis and stars dash dash"),
    ("St. Mary's C++ C# 3.5 1,000", "en", "St Mary's C C 3 5 1 000"),
    ("He said: 'no'. 'Tis", "en", "He said no Tis"),
    ("naïve café coöperate", "en", "naïve café coöperate"),
    ("Straße, Häuser; „Zitat“", "de", "Straße Häuser Zitat"),
    ("l’été d'hiver aujourd’hui", "fr", "l’été d'hiver aujourd’hui"),
    ("¿Qué? ¡Niño!", "es", "Qué Niño"),
    ("col·lecció", "ca", "col·lecció"),
    ("Война и мир — ёлка", "ru", "Война и мир ёлка"),
    ("Ὀδυσσεύς, λόγος", "el", "Ὀδυσσεύς λόγος"),
    ("العَرَبِيَّة، لغة؟", "ar", "العَرَبِيَّة لغة"),
    ("می‌خواهم بروم", "fa", "می‌خواهم بروم"),
    ("עִבְרִית צה״ל־ישראל", "he", "עִבְרִית צה״ל ישראל"),
    ("हिन्दी में कहानी।", "hi", "हिन्दी में कहानी"),
    ("বাংলা ভাষা", "bn", "বাংলা ভাষা"),
    ("தமிழ் மொழி", "ta", "தமிழ் மொழி"),
    ("한국어를 배웠다", "ko", "한국어를 배웠다"),
    ("ISPARTA’da ısı", "tr", "ISPARTA’da ısı"),
    ("Tiếng Việt", "vi", "Tiếng Việt"),
    ("e\u0301te\u0301 Vie\u0323\u0302t", "fr", "e\u0301te\u0301 Vie\u0323\u0302t"),
    ("𝔊othic 𐍃𐌰", "en", "𝔊othic 𐍃𐌰"),
    ("Donau\u00addampf", "de", "Donau\u00addampf"),
    ("猫", "zh", "猫"),
    ("日本語", "ja", "日本 本語"),
    ("ハリー・ポッター", "ja", "ハリ リー ポッ ッタ ター"),
    ("Tシャツ", "ja", "T シャ ャツ"),
    ("ｶﾞﾝﾀﾞﾑ", "ja", "ｶﾞﾝ ﾝﾀﾞ ﾀﾞﾑ"),
    ("我爱你。你呢？", "zh", "我爱 爱你 你呢"),
    ("ภาษาไทย", "th", "ภา าษ ษา าไ ไท ทย"),
    ("ที่นี่", "th", "ที่นี่"),
    ("ພາສາລາວ", "lo", "ພາ າສ ສາ າລ ລາ າວ"),
    ("ខ្មែរ", "km", "ខ្មែរ"),
    ("မြန်မာ", "my", "မြန် န်မာ"),
    ("I ❤️ you 👍🏽👩‍👩‍👧🇩🇪!", "en", "I ❤️ you 👍🏽 👩‍👩‍👧 🇩🇪"),
    ("🏳️‍🌈🤷‍♀️", "", "🏳️‍🌈 🤷‍♀️"),
    ("* * * ─────── ✦ ✦", "en", "✦ ✦"),
    (":) -- ... !?", "en", ""),
    ("", "en", ""),
]


@pytest.mark.parametrize(("text", "language", "parts"), PARTS)
def test_parts(text, language, parts):
    tokens = [token for token in Analyzer(language).tokens(text) if token.is_part]
    assert " ".join(text[token.start : token.end] for token in tokens) == parts


@pytest.mark.parametrize(("text", "language", "parts"), PARTS)
def test_positions_rise_by_one_within_a_run_and_never_fall(text, language, parts):
    positions = [token.position for token in Analyzer(language).tokens(text) if token.is_part]
    assert positions == sorted(set(positions))


# text, language, index terms as term@position
TERMS = [
    ("Don't don’t dont", "en", "dont@0 dont@1 dont@2"),
    ("arm-rest x", "en", "arm@0 rest@1 armrest@0 x@2"),
    ("arm‐rest arm‑rest", "xx", "arm@0 rest@1 armrest@0 arm@2 rest@3 armrest@2"),
    ("mother-in-law", "xx", "mother@0 in@1 law@2 motherinlaw@0"),
    ("no-no-no-no-no", "xx", "no@0 no@1 no@2 no@3 no@4"),
    ("2020-01-01", "en", "2020@0 01@1 01@2"),
    ("catch-22", "xx", "catch@0 22@1 catch22@0"),
    ("M/M", "en", "m@0 m@1 m/m@0"),
    ("F/M/M k/s", "en", "f@0 m@1 m@2 f/m/m@0 k@3 s@4 k/s@3"),
    ("Ｍ／Ｍ", "en", "m@0 m@1 m/m@0"),
    ("Kirk/Spock", "en", "kirk@0 spock@1"),
    ("D&D", "en", "d@0 d@1 d&d@0"),
    ("U.S.A. e.g.", "xx", "u@0 s@1 a@2 usa@0 e@3 g@4 eg@3"),
    ("S.H.I.E.L.D.", "xx", "s@0 h@1 i@2 e@3 l@4 d@5 shield@0"),
    ("end.Start", "xx", "end@0 start@1"),
    ("a-b/c", "xx", "a@0 b@1 c@2"),
    ("Mary's", "en", "marys@0 \x01en:mari@0 mary@0"),
    ("l'amour", "fr", "lamour@0 amour@0"),
    ("d’été", "fr", "dete@0 \x02dété@0 \x01fr:det@0 ete@0 \x02été@0"),
    ("D'Artagnan's", "xx", "dartagnans@0 dartagnan@0 artagnan@0"),
    ("we're I'll y'all O'Neill", "xx", "were@0 ill@1 yall@2 all@2 oneill@3 neill@3"),
    ("washing wash", "en", "washing@0 \x01en:wash@0 wash@1"),
    ("washing", "en-GB", "washing@0 \x01en:wash@0"),
    ("washing", "xx", "washing@0"),
    ("Häuser Haus", "de", "hauser@0 \x02häuser@0 \x01de:haus@0 haus@1"),
    ("Straße", "de", "strasse@0 \x01de:strass@0"),
    ("Ærøskøbing Łódź", "xx", "aeroskobing@0 \x02ærøskøbing@0 lodz@1 \x02łódź@1"),
    (
        "ISPARTA ısı İki",
        "tr",
        "isparta@0 \x02ısparta@0 \x01tr:ispar@0 isi@1 \x02ısı@1 \x01tr:is@1 iki@2 \x01tr:ik@2",
    ),
    ("ΛΌΓΟΣ λόγος", "xx", "λογοσ@0 \x02λόγοσ@0 λογοσ@1 \x02λόγοσ@1"),
    ("ёлка мой", "xx", "елка@0 \x02ёлка@0 мой@1"),
    ("العَرَبِيَّة", "xx", "العربيه@0 \x02العَرَبِيَّة@0"),
    ("أحمد احمد", "xx", "احمد@0 \x02أحمد@0 احمد@1"),
    ("כָּל", "he", "כל@0 \x02כָּל@0"),
    ("צה״ל", "he", "צהל@0"),
    ("हिन्दी", "xx", "हिन्दी@0"),
    ("می‌خواهم", "xx", "ميخواهم@0 \x02میخواهم@0"),
    ("日本語", "ja", "日@0 日本@0 本@1 本語@1 語@2"),
    ("ねこ", "ja", "ねこ@0"),
    ("の", "ja", "の@0"),
    ("猫 犬", "ja", "猫@0 犬@1"),
    ("٣ ३ 3", "xx", "3@0 \x02٣@0 3@1 \x02३@1 3@2"),
    ("❤️ ❤ 👍🏽", "xx", "❤@0 ❤@1 👍@2 \x02👍🏽@2"),
    ("½ m²", "xx", "1@0 2@1 m2@2"),
    ("ﬁne ＷＩＤＥ", "xx", "fine@0 wide@1"),
    ("Donau\u00addampf", "xx", "donaudampf@0"),
]


@pytest.mark.parametrize(("text", "language", "terms"), TERMS)
def test_index_terms(text, language, terms):
    found = [
        f"{term}@{position}" for term, position in zip(*Analyzer(language).terms(text), strict=True)
    ]
    assert found == terms.split(" ")


@pytest.mark.parametrize("text", [case[0] for case in PARTS + TERMS])
def test_places_cover_what_was_found(text):
    for token in Analyzer("xx").tokens(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.text in token.terms


@pytest.mark.parametrize("text", [case[0] for case in PARTS + TERMS if case[0].isascii()])
def test_ascii_has_the_same_tokens_by_either_pattern(text):
    assert ASCII_TOKENS.findall(text) == token_pattern().findall(text)


@pytest.mark.parametrize(
    "text",
    ["a-" * 250_000, "a'" * 250_000, "x" * 500_000, "日" * 100_000, "\u0301" * 500_000,
     "-" * 500_000, "👩\u200d" * 100_000, "a.b" * 100_000, "\u200d" * 500_000],
)  # fmt: skip
def test_hostile_texts_take_linear_time(text):
    began = time.process_time()
    terms, positions = Analyzer("en").terms(text)
    assert len(terms) == len(positions)
    assert all(len(term) <= 80 for term in terms)
    assert time.process_time() - began < 10
