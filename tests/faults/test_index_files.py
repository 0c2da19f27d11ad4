"""Index files torn, emptied, deleted or held: seen, answered without, made again."""

import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.core.locks import file_lock
from tests.faults.conftest import EACH, WORDS
from tests.faults.site import FULL, Site, rounds


def cut_off(path: Path, chance: random.Random) -> None:
    """Ends somewhere in the middle, as after a power cut without syncing."""
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])


def flip(path: Path, chance: random.Random) -> None:
    """One bit is another."""
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def empty(path: Path, chance: random.Random) -> None:
    """Nothing in it."""
    del chance
    path.write_bytes(b"")


def delete(path: Path, chance: random.Random) -> None:
    """Not there."""
    del chance
    path.unlink()


def _files(site: Site) -> list[Path]:
    index = site.data / "index"
    current = index / (index / "CURRENT").read_text().strip()
    return sorted([*current.iterdir(), index / "CURRENT"])


def _answers_right(site: Site, words: dict[str, set[int]]) -> None:
    """Whatever it can still find is among the right hits, and nothing is an error."""
    for word, ids in words.items():
        answer = site.get(f"/api/v1/works/?q={word}&page_size=100&fields=id")
        assert answer.status == 200, answer.text
        assert {row["id"] for row in answer.json["results"]} <= ids
    for path in ("/", "/works/", "/works/?q=violin", "/health/ready"):
        assert site.get(path).status == 200


@pytest.mark.parametrize("damage", [cut_off, flip, empty, delete] if FULL else [cut_off, flip])
def test_damage_is_seen_and_repaired(
    new_site: Callable[..., Site], tmp_path: Path, damage: Callable[[Path, random.Random], None]
):
    """Row A11, T-idx-1 to T-idx-3: the files of the index in turn, fifty times for each damage."""
    chance = random.Random(5)  # noqa: S311  chance, not secrecy
    site = new_site()
    whole = tmp_path / "whole"
    shutil.copytree(site.data / "index", whole)
    files = [path.relative_to(site.data) for path in _files(site)]
    unseen = []
    for number in range(rounds(quick=2, full=50)):
        # ``CURRENT``, the last, comes second, so that the quick lane has it.
        name = files[-number % len(files)]
        damage(site.data / name, chance)
        done = site.manage("verify_index", "--full", "--json", check=False)
        if done.returncode == 0:
            unseen.append(f"{damage.__name__} {name}")
        shutil.rmtree(site.data / "index")
        shutil.copytree(whole, site.data / "index", copy_function=shutil.copy2)
    assert unseen == []


@pytest.mark.parametrize(
    "name", ["CURRENT", "the generation", "the folder"] if FULL else ["the folder"]
)
def test_what_is_gone_is_answered_without_and_made_again(site: Site, name: str):
    """Rows A11 and C9, C10: while the servers run, and nobody does anything."""
    site.start_web()
    words = {word: site.found(word) for word in WORDS}
    assert all(len(ids) == EACH for ids in words.values())
    index = site.data / "index"
    if name == "CURRENT":
        (index / "CURRENT").unlink()
    elif name == "the generation":
        shutil.rmtree(index / (index / "CURRENT").read_text().strip())
    else:
        shutil.rmtree(index)
    _answers_right(site, words)
    site.start_indexer()
    site.wait((index / "CURRENT").exists, "a new index")
    site.wait(lambda: site.found("violin") == words["violin"], "the texts to be found again")
    _answers_right(site, words)
    site.kill("indexer")
    assert site.verify()["ok"]


def test_a_lock_that_another_holds_costs_no_request(site: Site):
    """Row A15: the index waits, readers and writers do not, and the lag is told."""
    site.start_web()
    with file_lock(site.data / "locks" / "indexer.lock", wait=True):
        site.start_indexer()
        made = [site.post_work(f"Held back {n}", "About a periwinkle.") for n in range(5)]
        assert [answer.status for answer in made] == [201] * 5
        health = site.get("/health/ready").json
        assert health["index"]["lag_items"] >= 5
        assert site.found("periwinkle") == set()
        assert len(site.found("violin")) == EACH
    ids = {answer.json["id"] for answer in made}
    site.wait(lambda: site.found("periwinkle") == ids, "the index to catch up")
    site.kill("indexer")
    assert site.verify()["ok"]


def test_readers_notice_nothing_of_rebuilds(site: Site):
    """Row A10: eight readers while generations are swapped under them."""
    site.start_web()
    expected = {word: site.found(word) for word in WORDS}
    wrong: list[str] = []
    asked = [0] * 8
    stop = threading.Event()

    def read(reader: int) -> None:
        word = WORDS[reader % len(WORDS)]
        while not stop.is_set():
            found = site.found(word)
            asked[reader] += 1
            if found != expected[word]:
                wrong.append(f"{word}: {len(found)}")

    readers = [threading.Thread(target=_noting(read, wrong), args=(n,)) for n in range(8)]
    for reader in readers:
        reader.start()
    for _ in range(rounds(quick=2, full=50)):
        site.manage("rebuild_index")
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert min(asked) > 2


def _noting(read: Callable[[int], None], wrong: list[str]) -> Callable[[int], None]:
    def run(reader: int) -> None:
        try:
            read(reader)
        except Exception as error:  # noqa: BLE001  whatever it is, the test must hear of it
            wrong.append(repr(error))

    return run
