"""What every engine owes: changes, generations, suggestions and similar works."""

import pytest

from archive.core.errors import InvalidInput
from catalog.querytext import parse
from catalog.workquery import WorkQuery
from tests.search.asking import NOW, PUBLIC, found
from tests.search.documents import as_mapping, make_document


class ChangeContract:
    """Updates, removals, generations."""

    def test_an_update_replaces_and_a_removal_removes(self, backend):
        backend.apply(as_mapping(make_document(1, text="old"), make_document(2, text="old")), set())
        backend.apply(as_mapping(make_document(1, text="new", version=2)), {2})
        assert found(backend, "old") == []
        assert found(backend, "new") == [1]
        assert found(backend) == [1]
        assert sorted(backend.versions()) == [(1, 2)]
        assert backend.health().documents == 1

    def test_an_id_cannot_be_written_and_removed_at_once(self, backend):
        with pytest.raises(InvalidInput):
            backend.apply(as_mapping(make_document(1)), {1})
        assert found(backend) == []

    def test_many_small_changes_leave_each_work_once(self, backend):
        for version in range(1, 25):
            documents = [
                make_document(pk, text=f"v{version} all", version=version)
                for pk in range(1, 6)
                if (version + pk) % 3
            ]
            backend.apply(as_mapping(*documents), {6, 7})
        assert found(backend, "all") == [1, 2, 3, 4, 5]
        assert found(backend, "v24") == [1, 2, 4, 5]
        assert found(backend, "v23") == [3]
        assert not list(backend.verify())

    def test_removing_what_is_not_there_changes_nothing(self, backend):
        backend.apply({}, {5})
        backend.apply({}, set())
        assert found(backend) == []

    def test_a_build_is_searched_once_promoted(self, backend):
        backend.apply(as_mapping(make_document(1, text="old")), set())
        generation = backend.health().generation
        build = backend.begin_generation()
        build.add(as_mapping(make_document(2, text="new"), make_document(3, text="new")))
        build.add(as_mapping(make_document(4, text="new")))
        build.apply(as_mapping(make_document(3, text="newer")), {4})
        assert found(backend) == [1]
        build.promote()
        assert found(backend) == [2, 3]
        assert found(backend, "newer") == [3]
        assert backend.health().generation > generation
        backend.apply(as_mapping(make_document(5)), {2})
        assert found(backend) == [3, 5]

    def test_an_abandoned_build_changes_nothing(self, backend):
        backend.apply(as_mapping(make_document(1)), set())
        build = backend.begin_generation()
        build.add(as_mapping(make_document(2)))
        build.abandon()
        assert found(backend) == [1]
        backend.begin_generation().promote()
        assert found(backend) == []

    def test_health_tells_of_generation_and_works(self, backend):
        backend.apply(as_mapping(make_document(1), make_document(2)), set())
        health = backend.health()
        assert health.generation >= 1
        assert (health.documents, health.problem) == (2, "")


class HelpContract:
    """Suggestions, similar works, chance."""

    def test_corrections_name_the_likeliest_known_word(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, text="willow willow"),
                make_document(2, text="willow pillow"),
                make_document(3, text="wallow basement"),
            ),
            set(),
        )
        fixed = backend.corrections(["wyllow", "willow", "bassmend", "zzzzzz"], PUBLIC, ())
        assert fixed == {"wyllow": "willow", "bassmend": "basement"}

    def test_who_errs_twice_has_the_first_letter_right(self, backend):
        backend.apply(as_mapping(make_document(1, text="gland losses kitchen")), set())
        asked = ["england", "ulysses", "kichten", "itchen"]
        fixed = {"kichten": "kitchen", "itchen": "kitchen"}
        assert backend.corrections(asked, PUBLIC, ()) == fixed

    def test_a_name_is_likelier_meant_than_a_word_of_more_texts(self, backend):
        texts = [make_document(n, text=f"bent {'under the load ' * 9}") for n in range(1, 3)]
        named = make_document(9, "Mary Bennet", tag_names={"character": ("Mary Bennet",)})
        backend.apply(as_mapping(*texts, named), set())
        assert backend.corrections(["benet"], PUBLIC, ()) == {"benet": "bennet"}

    def test_words_of_names_are_completed_most_frequent_first(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, title="Basement", tag_names={"character": ("Bastian",)}),
                make_document(2, title="Basement", text="bastard"),
                make_document(3, creators=("Basil",), summary="bastion"),
            ),
            set(),
        )
        assert backend.complete_words("bas", PUBLIC, 10) == ["basement", "basil", "bastian"]
        assert backend.complete_words("bas", PUBLIC, 1) == ["basement"]
        assert backend.complete_words("  ", PUBLIC, 5) == []

    def test_similar_works_share_rare_tags(self, backend):
        backend.apply(
            as_mapping(
                make_document(1, direct_tags=(11, 51)),
                make_document(2, direct_tags=(11,)),
                make_document(3, direct_tags=(51,)),
                make_document(4, direct_tags=(51,)),
                make_document(5, direct_tags=(51,)),
                make_document(6),
            ),
            set(),
        )
        assert backend.similar(1, PUBLIC, (), 3) == [2, 3, 4]
        assert backend.similar(99, PUBLIC, (), 3) == []

    def test_similar_works_share_telling_words(self, backend):
        others = [make_document(n, text=f"plain filler{n}") for n in range(3, 12)]
        backend.apply(
            as_mapping(
                make_document(1, text="the lighthouse keeper plain"),
                make_document(2, text="a lighthouse by the sea plain"),
                *others,
            ),
            set(),
        )
        assert backend.similar(1, PUBLIC, (), 1) == [2]

    def test_random_works_are_hits(self, backend):
        backend.apply(
            as_mapping(*(make_document(n, text="rose" if n % 2 else "lamp") for n in range(20))),
            set(),
        )
        parsed = parse("rose", now=NOW)
        query = WorkQuery(text="rose")
        drawn = backend.random(query, parsed, PUBLIC, (1,), 5)
        assert len(set(drawn)) == 5
        assert all(pk % 2 and pk != 1 for pk in drawn)
        assert len(backend.random(query, parsed, PUBLIC, (), 50)) == 10
