"""Suggested tags: what a text speaks for, with evidence, and what it does not."""

import random
import string

import pytest

from catalog.suggestions import Suggestion, TagRow, Vocabulary, suggest_tags
from tests.corpus import corpus_path
from tests.timing import least_seconds

BUFFY = "Buffy the Vampire Slayer (TV)"
SLAYERS = Vocabulary(
    [
        TagRow(1, "fandom", BUFFY, ("BtVS",)),
        TagRow(2, "fandom", "Will & Grace (TV)"),
        TagRow(3, "fandom", "Pocket Monsters | Pokémon - All Media Types"),
        TagRow(10, "character", "Buffy Summers", (), (1,)),
        TagRow(11, "character", "Spike", (), (1,)),
        TagRow(12, "character", "Drusilla", ("Dru",), (1,)),
        TagRow(13, "character", "Dawn Summers", (), (1,)),
        TagRow(14, "character", "Glory", (), (1,)),
        TagRow(15, "character", "Warren Mears", (), (1,)),
        TagRow(16, "character", "The Master", (), (1,)),
        TagRow(17, "character", "Richard Wilkins III", ("The Mayor",), (1,)),
        TagRow(18, "character", "Willow Rosenberg", (), (1,)),
        TagRow(20, "character", "Will Truman", (), (2,)),
        TagRow(21, "character", "Grace Adler", (), (2,)),
        TagRow(30, "character", "Hikari | Dawn (Pokémon)", (), (3,)),
        TagRow(31, "character", "Satoshi | Ash Ketchum", (), (3,)),
        TagRow(90, "warning", "Rape/Non-Con"),
        TagRow(91, "warning", "Graphic Depictions Of Violence"),
        TagRow(92, "warning", "Major Character Death"),
        TagRow(93, "warning", "Underage Sex"),
    ]
)


def names(text: str, kind: str = "", vocabulary: Vocabulary = SLAYERS) -> list[str]:
    return [s.name for s in suggest_tags(text, vocabulary) if kind in {"", s.kind}]


def by_name(text: str, vocabulary: Vocabulary = SLAYERS) -> dict[str, Suggestion]:
    return {s.name: s for s in suggest_tags(text, vocabulary)}


def test_seed_story_names_its_fandom_characters_and_warnings():
    path = sorted(corpus_path("seed").glob("*.txt"))[0]
    text = path.read_text(encoding="utf-8")
    found = by_name(text)
    assert set(found) == {
        BUFFY,
        "Buffy Summers",
        "Spike",
        "Drusilla",
        "Dawn Summers",
        "Glory",
        "Warren Mears",
        "The Master",
        "Richard Wilkins III",
        "Rape/Non-Con",
        "Graphic Depictions Of Violence",
    }
    spike = found["Spike"]
    assert (spike.kind, spike.tag_id, spike.count) == ("character", 11, 10)
    assert text[spike.first_offset :].startswith("Spike!”")
    assert "“Spike!”" in spike.excerpt
    rape = found["Rape/Non-Con"]
    assert (rape.kind, rape.tag_id, rape.count) == ("warning", 90, 1)
    assert text[rape.first_offset :].startswith("Rape her")
    assert "torture" in found["Graphic Depictions Of Violence"].excerpt
    assert suggest_tags(text, SLAYERS)[0].name == BUFFY


def test_reasons_are_sentences_with_the_evidence():
    found = by_name("Buffy laughed. Then Buffy saw Spike, and Dru beside him.")
    assert found["Buffy Summers"].reason == (
        f"Buffy Summers is named twice in the text (as “Buffy”), and others of {BUFFY} are too."
    )
    assert found[BUFFY].reason == (
        f"Buffy Summers, Spike and Drusilla of {BUFFY} are named 4 times in the text."
    )
    assert 0 < found["Spike"].score < 1
    assert found["Spike"].as_dict()["kind"] == "character"


@pytest.mark.parametrize(
    "text",
    [
        "That morning Dawn came home late. We saw Dawn again at noon.",
        "Everybody knew that Will would not. Where is Will?",
        "He had seen Spike twice that day, and Spike had seen him.",
    ],
)
def test_an_ambiguous_name_alone_suggests_nothing(text):
    assert names(text) == []


def test_a_second_character_settles_an_ambiguous_name():
    assert names("I told Dawn that Willow had gone.") == [BUFFY, "Dawn Summers", "Willow Rosenberg"]
    pokemon = names("I told Dawn that Ash Ketchum had gone.")
    assert pokemon[0].startswith("Pocket Monsters")
    assert "Hikari | Dawn (Pokémon)" in pokemon
    assert "Dawn Summers" not in pokemon


def test_a_whole_name_is_enough():
    assert names("Nobody had seen Willow Rosenberg since.") == [BUFFY, "Willow Rosenberg"]


def test_words_are_no_names_in_lower_case_or_at_the_start_of_a_sentence_alone():
    text = "She met Buffy and Drusilla. There was a spike in the wall. At dawn the glory faded."
    assert names(text, "character") == ["Buffy Summers", "Drusilla"]
    text = "She met Buffy and Drusilla at dawn. Dawn broke, and dawn was cold."
    assert "Dawn Summers" not in names(text)


def test_possessives_curly_quotes_and_accents_match():
    rows = [
        TagRow(1, "fandom", "Arsène Lupin - Maurice Leblanc"),
        TagRow(2, "character", "Arsène Lupin", (), (1,)),
        TagRow(3, "character", "Justin Ganimard", (), (1,)),
    ]
    found = by_name("L’évasion d’Arsène Lupin; Ganimard’s anger, and Lupin's.", Vocabulary(rows))
    assert found["Arsène Lupin"].count == 2
    assert found["Justin Ganimard"].count == 1
    assert found["Arsène Lupin"].first_offset == len("L’évasion d’")
    found = by_name("ARSENE LUPIN knows that Ganimard waits.", Vocabulary(rows))
    assert "Arsène Lupin" in found


def test_names_in_scripts_without_spaces_and_capitals_match():
    rows = [
        TagRow(1, "fandom", "西游记 | Journey to the West"),
        TagRow(2, "character", "孙悟空 | Sun Wukong", (), (1,)),
        TagRow(3, "character", "猪八戒 | Zhu Bajie", (), (1,)),
    ]
    found = by_name("那天晚上，孙悟空和猪八戒一起走了。孙悟空笑了。", Vocabulary(rows))
    assert found["孙悟空 | Sun Wukong"].count == 2
    assert "西游记 | Journey to the West" in found


def test_half_a_name_within_another_name_does_not_count():
    text = "Buffy and Spike met Dawn Miller, and then Warren Smith."
    assert set(names(text)) == {BUFFY, "Buffy Summers", "Spike"}


def test_a_shared_surname_goes_to_whom_the_text_names_otherwise():
    found = by_name("Buffy came in with Spike. Good evening, Miss Summers, he said.")
    assert found["Buffy Summers"].count == 2
    assert "Dawn Summers" not in found
    assert set(names("Spike saw Drusilla. Miss Summers was late.", "character")) == {
        "Spike",
        "Drusilla",
    }


def test_an_allusion_does_not_make_a_crossover_but_a_second_cast_does():
    slayers = "Buffy hit Spike. Spike hit Drusilla. Willow watched Buffy and Glory. " * 5
    assert len(names(slayers + "As Will Truman would say.", "fandom")) == 1
    both = names(slayers + "I told Will Truman that Grace Adler and Willow fought. " * 8, "fandom")
    assert set(both) == {BUFFY, "Will & Grace (TV)"}


def test_a_fandom_named_by_its_title_is_suggested_when_nobody_of_it_is():
    [only] = suggest_tags("They watched Buffy the Vampire Slayer all night.", SLAYERS)
    assert (only.kind, only.name, only.count) == ("fandom", BUFFY, 1)
    assert only.score < 0.5


def test_names_in_brackets_give_a_fandom_where_none_is_linked():
    rows = [
        TagRow(1, "fandom", "Dracula - Bram Stoker"),
        TagRow(2, "character", "Renfield (Dracula)"),
        TagRow(3, "character", "Mina Harker", (), (1,)),
    ]
    found = names("Mina spoke to Renfield, and Renfield wept.", vocabulary=Vocabulary(rows))
    assert found == ["Dracula - Bram Stoker", "Renfield (Dracula)", "Mina Harker"]


def test_generic_characters_are_never_suggested():
    rows = [TagRow(1, "character", "Original Female Character(s)"), TagRow(2, "character", "You")]
    text = "Original Female Character wrote: You are You. " * 5
    assert names(text, vocabulary=Vocabulary(rows)) == []


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("He had been raped, and nobody believed him.", "Rape/Non-Con"),
        ("Er wurde vergewaltigt.", "Rape/Non-Con"),
        ("She said it was non-con from the start.", "Rape/Non-Con"),
        (
            "Blood ran from the wound. He stabbed again; she screamed, and the knife fell.",
            "Graphic Depictions Of Violence",
        ),
        (
            "She died at dawn. He’s dead, they said; the funeral is on Monday.",
            "Major Character Death",
        ),
        ("They were underage and they knew it.", "Underage Sex"),
    ],
)
def test_warnings_by_their_vocabulary(text, warning):
    if warning == "Graphic Depictions Of Violence":
        text += " They tortured him with the blade until he bled."
    assert names(text, "warning") == [warning]


@pytest.mark.parametrize(
    "text",
    [
        "The grapes hung over the wall, and the scraper was drapery.",
        "He killed the engine. It was a dead end, and the blade of grass bent.",
        "The lamp died. Then it was morning.",
    ],
)
def test_single_harmless_words_are_no_warning(text):
    assert names(text, "warning") == []


def test_violence_spread_thin_over_a_long_text_is_no_warning():
    calm = "The garden was quiet and the tea was warm. " * 400
    text = calm.join(
        ["He saw blood.", "A knife lay there.", "She screamed.", "A wound.", "Torture."]
    )
    assert names(text, "warning") == []


def test_warnings_keep_to_the_archives_own_list():
    no_warnings = Vocabulary([TagRow(1, "fandom", BUFFY)])
    [only] = suggest_tags("He was raped.", no_warnings)
    assert (only.tag_id, only.name) == (None, "Rape/Non-Con")
    others = Vocabulary([TagRow(1, "warning", "Non-Con"), TagRow(2, "warning", "Spiders")])
    assert [s.tag_id for s in suggest_tags("He was raped.", others)] == [1]
    assert suggest_tags("They were underage.", others) == []


@pytest.mark.parametrize("text", ["", "   ", "...", "a", "\u0000", "’’’", "I’m"])
def test_texts_without_names_suggest_nothing(text):
    assert suggest_tags(text, SLAYERS) == []


def test_an_empty_vocabulary_still_finds_warnings_only():
    assert [s.kind for s in suggest_tags("Buffy was raped.", Vocabulary([]))] == ["warning"]


def big_vocabulary(size: int) -> list[TagRow]:
    pick = random.Random(7)  # noqa: S311  the same names in every run
    rows = [TagRow(n, "fandom", f"The Saga of House {_word(pick)}") for n in range(size // 20)]
    for n in range(size // 20, size):
        name = f"{_word(pick)} {_word(pick)}"
        rows.append(TagRow(n, "character", name, (_word(pick),), (n % (size // 20),)))
    return rows


def _word(pick: random.Random) -> str:
    return "".join(pick.choices(string.ascii_lowercase, k=pick.randint(3, 8))).capitalize()


def test_a_megabyte_with_thirty_thousand_names_takes_seconds_and_grows_linearly():
    rows = big_vocabulary(30_000)
    vocabulary = Vocabulary(rows)
    pick = random.Random(3)  # noqa: S311
    people = [row.name for row in pick.sample(rows[2_000:], 300)]
    words = ["the", "old", "road", "went", "down", "and", "Nobody", "saw", "her."]
    parts: list[str] = []
    size = 0
    while size < 1_000_000:
        parts.append(pick.choice(people) if pick.random() < 0.05 else pick.choice(words))
        size += len(parts[-1]) + 1
    text = " ".join(parts)
    taken = []
    for length in (len(text) // 2, len(text)):
        part = text[:length]
        taken.append(least_seconds(lambda part=part: suggest_tags(part, vocabulary), enough=0.01))
    assert taken[1] < 10
    assert taken[1] < taken[0] * 4 + 0.5
