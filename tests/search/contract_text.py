"""What every engine owes: words, phrases and operators."""

import pytest

from tests.search.asking import ask, found
from tests.search.documents import as_mapping, make_document


class TextContract:
    """Words, phrases and operators."""

    def test_a_word_is_found_in_every_field(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, title="The washcloth"),
                make_document(2, creators=("Washcloth",)),
                make_document(3, tag_names={"freeform": ("One Washcloth",)}),
                make_document(4, series=("Washcloth tales",)),
                make_document(5, summary="About a washcloth."),
                make_document(6, notes="No washcloth was hurt."),
                make_document(7, text="She took the washcloth."),
                make_document(8, chapters=(("Washcloth", "text"),)),
                make_document(9, text="Nothing here."),
            ),
            set(),
        )
        assert found(backend, "washcloth") == [1, 2, 3, 4, 5, 6, 7, 8]
        assert found(backend, "WASHCLOTH") == [1, 2, 3, 4, 5, 6, 7, 8]

    def test_all_words_must_occur_each_in_any_field(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, title="Night", text="a lamp"),
                make_document(2, title="Night"),
                make_document(3, text="lamp by night"),
            ),
            set(),
        )
        assert found(backend, "night lamp") == [1, 3]

    @pytest.mark.parametrize(
        ("field", "expected"),
        [
            ("title", 1),
            ("creator", 2),
            ("freeform", 3),
            ("series", 4),
            ("summary", 5),
            ("notes", 6),
            ("text", 7),
        ],
    )
    def test_a_field_restricts_the_word(self, backend, field, expected):
        backend.apply(
            as_mapping(
                make_document(1, title="Rose", creators=("A",)),
                make_document(2, creators=("Rose",)),
                make_document(3, tag_names={"freeform": ("Rose",)}, creators=("A",)),
                make_document(4, series=("Rose",), creators=("A",)),
                make_document(5, summary="Rose", creators=("A",)),
                make_document(6, notes="Rose", creators=("A",)),
                make_document(7, text="Rose", creators=("A",)),
            ),
            set(),
        )
        assert found(backend, f"{field}:rose") == [expected]
        assert len(found(backend, f"-{field}:rose")) == 6

    def test_tag_means_every_kind(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, tag_names={"fandom": ("Rose Garden",)}),
                make_document(2, tag_names={"character": ("Rose Tyler",)}),
                make_document(3, title="Rose"),
            ),
            set(),
        )
        assert found(backend, "tag:rose") == [1, 2]
        assert found(backend, "fandom:rose") == [1]
        assert found(backend, 'tag:"rose tyler"') == [2]
        assert found(backend, tag_text="rose tyler") == [2]

    def test_phrases_need_the_words_side_by_side_in_one_value(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="the quick brown fox"),
                make_document(2, text="brown quick"),
                make_document(3, title="quick", text="brown"),
                make_document(4, tag_names={"freeform": ("so quick", "brown eyes")}),
                make_document(5, chapters=(("", "very quick"), ("", "brown bread"))),
                make_document(6, chapters=(("quick", "brown bread"),)),
                make_document(7, text="quick quick brown quick"),
            ),
            set(),
        )
        assert found(backend, '"quick brown"') == [1, 7]
        assert found(backend, 'text:"quick brown"') == [1, 7]
        assert found(backend, 'title:"quick brown"') == []
        assert found(backend, '-"quick brown"') == [2, 3, 4, 5, 6]

    def test_compounds_find_their_parts_side_by_side(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="the arm rest"),
                make_document(2, text="an arm-rest"),
                make_document(3, text="rest your arm"),
            ),
            set(),
        )
        assert found(backend, "arm-rest") == [1, 2]

    def test_other_forms_of_a_word_are_found_behind_the_very_form(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="he washes it"),
                make_document(2, text="he washing it"),
                make_document(3, text="he waited it"),
            ),
            set(),
        )
        assert ask(backend, "washing").ids == [2, 1]
        assert found(backend, '"washing"') == [2]

    def test_accents_are_optional_and_the_very_form_ranks_higher(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="un cafe noir"), make_document(2, text="un café noir")
            ),
            set(),
        )
        assert ask(backend, "café").ids == [2, 1]
        assert ask(backend, "cafe").ids == [1, 2]

    def test_prefixes(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, title="Washing"),
                make_document(2, text="washcloth"),
                make_document(3, text="awash"),
                make_document(4, summary="Wäsche"),
            ),
            set(),
        )
        assert found(backend, "wash*") == [1, 2]
        assert found(backend, "was*") == [1, 2, 4]
        assert found(backend, "title:wash*") == [1]
        assert found(backend, "-wash*") == [3, 4]

    def test_fuzzy_words_are_one_edit_away(self, backend):
        words = ("willow", "wilow", "willlow", "wollow", "wlilow", "pillow", "wallop", "xwillow")
        backend.apply(
            as_mapping(*(make_document(n, text=word) for n, word in enumerate(words, 1))), set()
        )
        assert found(backend, "willow~") == [1, 2, 3, 4, 5, 6, 8]
        assert found(backend, "title:willow~") == []

    def test_operators(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="red green"),
                make_document(2, text="red blue"),
                make_document(3, text="green blue"),
                make_document(4, text="white"),
            ),
            set(),
        )
        assert found(backend, "red OR blue") == [1, 2, 3]
        assert found(backend, "red -blue") == [1]
        assert found(backend, "-red") == [3, 4]
        assert found(backend, "-(red OR blue)") == [4]
        assert found(backend, "(red green) OR white") == [1, 4]
        assert found(backend, "red OR -green") == [1, 2, 4]
        assert found(backend, "nowhere") == []

    def test_what_cannot_be_looked_for_restricts_nothing(self, backend):
        backend.apply(as_mapping(make_document(1), make_document(2)), set())
        assert found(backend, ":)") == [1, 2]
        assert found(backend, "work :)") == [1, 2]
        assert found(backend, title="— …") == [1, 2]

    def test_conditions_in_text(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, numbers={"words": 900}, updated=1_577_836_800, language="de"),
                make_document(2, numbers={"words": 1000}, updated=1_577_836_799),
                make_document(3, numbers={"words": 5001}, flags={"complete": True}, updated=0),
            ),
            set(),
        )
        assert found(backend, "words:1000-5000") == [2]
        assert found(backend, "words:<1000") == [1]
        assert found(backend, "-words:<1000") == [2, 3]
        assert found(backend, "updated:2020") == [1]
        assert found(backend, "updated:2019") == [2]
        assert found(backend, "complete:true") == [3]
        assert found(backend, "-complete:true OR words:5001") == [1, 2, 3]
        assert found(backend, "language:de") == [1]
        assert found(backend, "*") == [1, 2, 3]

    def test_scope(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, title="Rose"),
                make_document(2, text="rose"),
                make_document(3, tag_names={"freeform": ("Rose",)}),
            ),
            set(),
        )
        assert found(backend, "rose", text_scope="metadata") == [1, 3]
        assert found(backend, "rose", text_scope="text") == [2]
        assert found(backend, "title:rose", text_scope="text") == [1]
        assert found(backend, "ros*", text_scope="metadata") == [1, 3]
        assert found(backend, "rosa~", text_scope="text") == [2]

    def test_words_in_title_and_creator_parameters(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, title="Blue Rose", creators=("Anna Field",)),
                make_document(2, title="Rose", creators=("Anna", "Bert Field")),
                make_document(3, title="Blue", text="rose anna"),
            ),
            set(),
        )
        assert found(backend, title="rose blue") == [1]
        assert found(backend, creator="field anna") == [1, 2]
        assert found(backend, "rose", title="blue") == [1, 3]
