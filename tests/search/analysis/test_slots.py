"""Numbers of tokens found all at once are those of one look-up after the other."""

import re
from string import ascii_letters, digits

from hypothesis import given
from hypothesis import strategies as st

from search.analysis import slots as module
from search.analysis.slots import TokenSlots

LETTERS = ascii_letters + digits + "'-"


class Numbers(dict[str, int]):
    """Counts on with every new token."""

    def __missing__(self, token: str) -> int:
        self[token] = len(self)
        return self[token]


def numbers_of(texts: list[str]) -> list[list[int]]:
    known = Numbers()
    return [[known[token] for token in re.findall(f"[{LETTERS}]+", text)] for text in texts]


ascii_text = st.text(st.characters(max_codepoint=127), max_size=60)
wordy = st.lists(st.text("abAZ09'-", min_size=1, max_size=40), max_size=30).map(" ".join)


@given(texts=st.lists(ascii_text | wordy, max_size=8))
def test_it_gives_the_numbers_of_one_look_up_after_the_other(texts):
    known = Numbers()
    slots = TokenSlots(LETTERS, known.__getitem__)
    assert [slots.numbers(text).tolist() for text in texts] == numbers_of(texts)


def test_a_known_token_is_not_asked_for_again():
    asked = []

    def number_of(token: str) -> int:
        asked.append(token)
        return 7

    slots = TokenSlots(LETTERS, number_of)
    slots.numbers("one two")
    assert slots.numbers("two, one; two").tolist() == [7, 7, 7]
    assert asked == ["one", "two"]


def test_tokens_that_want_the_same_slot_and_a_table_that_grows(monkeypatch):
    monkeypatch.setattr(module, "_FIRST_BITS", 2)
    texts = [" ".join(f"w{number * 7919 % 3000}" for number in range(3000)), "w1 w2 w2999 x"]
    slots = TokenSlots(LETTERS, Numbers().__getitem__)
    assert [slots.numbers(text).tolist() for text in texts * 2] == numbers_of(texts * 2)


def test_lengths_around_the_sixteen_bytes_of_a_slot():
    texts = [" ".join("a" * length for length in range(1, 40)), f"{'a' * 16}b {'a' * 15}b", ""]
    slots = TokenSlots(LETTERS, Numbers().__getitem__)
    assert [slots.numbers(text).tolist() for text in texts * 2] == numbers_of(texts * 2)
