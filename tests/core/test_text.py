"""Names, sort titles and slugs as keys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.core.errors import InvalidInput
from archive.core.text import (
    clean_name,
    clean_tag_name,
    fold_name,
    sort_title,
    tag_name_problem,
    tag_slug,
)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Éowyn", "eowyn"),
        ("ÉOWYN", "e\u0301owyn"),
        ("Straße", "STRASSE"),
        ("Ｓｈｅｒｌｏｃｋ", "sherlock"),
        ("D’Artagnan", "D'Artagnan"),
        ("“Quoted”", '"quoted"'),
        ("Sherlock\u00a0 Holmes ", "sherlock holmes"),
        ("Steve Rogers – Fandom", "Steve Rogers - Fandom"),
        ("Wèi Wúxiàn", "Wei Wuxian"),
        ("Ἀθηνᾶ", "αθηνα"),
        ("Всё", "все"),
        ("ﾗﾌﾞﾗｲﾌﾞ", "ラブライブ"),
        ("soft\u00adhyphen", "softhyphen"),
        ("Ⅳ", "iv"),
        ("Mr…", "mr..."),
        ("Ａ／Ｂ", "a/b"),
    ],
)
def test_variants_of_one_name_fold_alike(left, right):
    assert fold_name(left) == fold_name(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("मोहन", "महन"),
        ("か", "が"),
        ("мой", "мои"),
        ("A/B", "A & B"),
        ("C++", "C"),
        ("Rey/Ben Solo", "Rey Ben Solo"),
        ("Fluff!", "Fluff"),
        ("💙", "💚"),
        ("می\u200cخواهم", "میخواهم"),
    ],
)
def test_different_names_stay_different(left, right):
    assert fold_name(left) != fold_name(right)


@given(st.text())
def test_folding_twice_changes_nothing(name):
    once = fold_name(name)
    assert fold_name(once) == once


@given(st.text())
def test_case_and_normal_form_make_no_difference(name):
    key = fold_name(name)
    assert fold_name(unicodedata.normalize("NFD", name)) == key
    assert fold_name(unicodedata.normalize("NFC", name)) == key
    assert fold_name(fold_name(name).upper()) == fold_name(key.upper())


def test_every_character_of_the_basic_plane_folds_stably():
    for code in range(0x10000):
        once = fold_name(f"x{chr(code)}y")
        assert fold_name(once) == once, hex(code)


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        ("  Sherlock \t\n Holmes ", "Sherlock Holmes"),
        ("E\u0301owyn", "Éowyn"),
        ("👩\u200d❤\ufe0f\u200d👩", "👩\u200d❤\ufe0f\u200d👩"),
        ("👨\U0001f3fd\u200d🚀", "👨\U0001f3fd\u200d🚀"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\ufeffName", "Name"),
        ("7", "7"),
        ("☆", "☆"),
    ],
)
def test_a_name_is_stored_trimmed_and_composed(given_name, stored):
    assert clean_name(given_name, max_length=40, what="creator") == stored


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\u00a0\u3000",
        "\u3164",
        "\u115f\u1160",
        "\uffa0x",
        "\u200b",
        "\u2800",
        "a\u202eb",
        "a\u2066b\u2069",
        "a\u200fb",
        "a\u200bb",
        "a\u200db",
        "\u200dab",
        "a\x00b",
        "a\x1bb",
        "a\u034fb",
        "x\U000e0041y",
        "Z" + "\u0301" * 6,
        "\u0301",
        "a\ud800b",
        "a\uffffb",
        "x" * 41,
    ],
)
def test_names_that_hide_something_are_refused(name):
    with pytest.raises(InvalidInput) as caught:
        clean_name(name, max_length=40, what="creator")
    assert caught.value.code == "creator.name_invalid"
    assert caught.value.detail.endswith(".")


def test_the_refusal_names_length_and_limit():
    with pytest.raises(InvalidInput, match=r"200 characters; at most 150"):
        clean_name("x" * 200, max_length=150, what="tag")


@pytest.mark.parametrize(("what", "noun"), [("creator", "creator name"), ("title", "title")])
def test_the_refusal_names_the_thing_once(what, noun):
    with pytest.raises(InvalidInput, match=rf"^This {noun} cannot be used"):
        clean_name("", max_length=40, what=what)


@given(st.text(max_size=60))
def test_a_cleaned_name_is_clean(name):
    try:
        stored = clean_name(name, max_length=60, what="tag")
    except InvalidInput:
        return
    assert clean_name(stored, max_length=60, what="tag") == stored
    assert fold_name(stored)


@pytest.mark.parametrize("char", [*",^*<>{}=`\\%", "\uff0c", "\u3001"])
def test_characters_that_tags_cannot_hold_are_named(char):
    assert char in (tag_name_problem(f"a{char}b") or "")
    with pytest.raises(InvalidInput) as caught:
        clean_tag_name(f"a{char}b")
    assert caught.value.code == "tag.name_invalid"


@pytest.mark.parametrize(
    "name", ["M/M", "Kong | Aether", 'the "other" one', "C++ & C#", "?!", "x" * 150]
)
def test_characters_of_real_tags_pass(name):
    assert tag_name_problem(name) is None
    assert clean_tag_name(name) == name


@pytest.mark.parametrize(
    ("title", "language", "key"),
    [
        ("The Three Musketeers", "en-US", "three musketeers, the"),
        ("A Study in Scarlet", "en-GB", "study in scarlet, a"),
        ("A", "en", "a"),
        ("The", "en", "the"),
        ("Another Visit", "en", "another visit"),
        ("“…And Back Again”", "en", 'and back again"'),
        ("L’Œuvre au noir", "fr", "oeuvre au noir, l'"),
        ("La Curée", "fr", "curee, la"),
        ("La Land", "en", "la land"),
        ("Die Verwandlung", "de", "verwandlung, die"),
        ("Die Another Day", "en", "die another day"),
        ("'t Hooge Nest", "nl", "hooge nest, 't"),
        ("El Ángel", "es", "angel, el"),
        ("Øyne", "nb", "oyne"),
        ("Йод", "ru", "иод"),
        ("***", "en", "***"),
        ("", "en", ""),
    ],
)
def test_sort_title_drops_marks_and_moves_the_article(title, language, key):
    assert sort_title(title, language) == key


def test_leading_numbers_sort_by_value():
    titles = ["100 Ways", "9 Lives", "1,001 Nights", "10 Things I Hate", "The 39 Steps", "٣ قصص"]
    ordered = sorted(titles, key=lambda title: sort_title(title, "en"))
    assert ordered == [
        "٣ قصص",
        "9 Lives",
        "10 Things I Hate",
        "The 39 Steps",
        "100 Ways",
        "1,001 Nights",
    ]


@given(st.text(), st.sampled_from(["en", "fr", "nl", "de-AT", "ar", ""]))
def test_any_title_gets_a_key_of_bounded_length(title, language):
    assert len(sort_title(title, language)) <= 255


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sherlock Holmes/John Watson", "sherlock-holmes-john-watson"),
        ("Don't Copy to Another Site", "dont-copy-to-another-site"),
        ("魔道祖师", "魔道祖师"),
        ("हिन्दी में", "हिन्दी-में"),
        ("???", "tag"),
        ("💙", "tag"),
        ("M/M", "m-m"),
    ],
)
def test_slugs_read_well_and_are_never_empty(name, slug):
    assert tag_slug(name) == slug


@given(st.text())
def test_slugs_stand_in_an_address_as_they_are(name):
    slug = tag_slug(name)
    assert slug
    assert not any(char in "/?#&% \\" for char in slug)
    assert len(slug) <= 80
