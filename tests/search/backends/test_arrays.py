"""Files of arrays, dictionaries and vocabularies."""

import io
from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from search.backends.whoosh.arrays import (
    ArrayFile,
    ArrayFileWriter,
    TornFile,
    narrow,
    ranges,
    starts_of,
)
from search.backends.whoosh.terms import Terms, pack_terms
from search.backends.whoosh.vocabulary import Vocabulary

words = st.text(st.sampled_from("abcé日z"), min_size=1, max_size=7)


def written(tmp_path: Path) -> Path:
    path = tmp_path / "file.arr"
    with path.open("wb") as stream:
        file = ArrayFileWriter(stream)
        file.add("numbers", np.arange(1000, dtype=np.uint16))
        file.add("rows", np.ones((3, 4), np.int32))
        file.add("nothing", np.empty(0, np.float64))
        file.finish({"works": 3})
    return path


def test_arrays_come_back_as_they_were(tmp_path):
    file = ArrayFile(written(tmp_path))
    assert file.facts == {"works": 3}
    assert file.names() == ["numbers", "rows", "nothing"]
    assert file["numbers"].tolist() == list(range(1000))
    assert file["rows"].shape == (3, 4)
    assert len(file["nothing"]) == 0
    assert list(file.faults()) == []


def test_a_name_is_given_once():
    file = ArrayFileWriter(io.BytesIO())
    file.add("a", np.zeros(1))
    with pytest.raises(ValueError, match="a already"):
        file.add("a", np.zeros(1))


@pytest.mark.parametrize("kept", [0, 5, 100, -1, -9, -40])
def test_a_file_that_was_cut_off_is_refused(tmp_path, kept):
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(TornFile):
        ArrayFile(path)


def test_every_flipped_byte_is_seen(tmp_path):
    path = written(tmp_path)
    whole = path.read_bytes()
    unseen = []
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        path.write_bytes(damaged)
        try:
            if not list(ArrayFile(path).faults()):
                unseen.append(place)
        except TornFile:
            continue
    # Between arrays lie some bytes of padding, which mean nothing.
    assert len(unseen) * 7 < 4 * 64


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 4))))
def test_ranges_are_written_out(pairs):
    starts = np.array([start for start, _ in pairs], np.int64)
    ends = np.array([start + length for start, length in pairs], np.int64)
    expected = [number for start, length in pairs for number in range(start, start + length)]
    assert ranges(starts, ends).tolist() == expected


def test_numbers_take_the_fewest_bytes():
    assert narrow(np.array([], np.int64)).dtype == np.uint8
    assert narrow(np.array([255])).dtype == np.uint8
    assert narrow(np.array([256])).dtype == np.uint16
    assert narrow(np.array([65_536])).dtype == np.uint32
    assert narrow(np.array([1 << 32])).dtype == np.uint64
    assert starts_of(np.array([0, 0, 2]), 3).tolist() == [0, 2, 2, 3]


@given(st.sets(words, max_size=300), words)
def test_terms_are_found_by_number_and_place(found, asked):
    terms = sorted(word.encode() for word in found)
    dictionary = Terms(*pack_terms(terms))
    assert len(dictionary) == len(terms)
    assert dictionary.between(0, len(terms)) == terms
    assert [dictionary.find(term) for term in terms] == list(range(len(terms)))
    assert dictionary.lower(asked.encode()) == bisect_left(terms, asked.encode())
    assert (dictionary.find(asked.encode()) >= 0) == (asked in found)


@given(st.sets(words, max_size=60), words, st.integers(1, 2))
def test_likely_words_are_all_within_the_edits_and_none_is_missed(found, asked, edits):
    forms = sorted(word.encode() for word in {*found, "\x01en:abc", "\x02abc"})
    vocabulary = Vocabulary(Terms(*pack_terms(forms)))
    expected = {word for word in found if OSA.distance(asked, word) <= edits}
    near = vocabulary.near(asked, edits)
    assert {form for _, _, form in near} == expected
    assert all(forms[number].decode() == form for number, _, form in near)
    low, high = vocabulary.span(asked)
    assert {form.decode() for form in forms[low:high]} == {
        word for word in found if word.startswith(asked)
    }
