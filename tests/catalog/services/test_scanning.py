"""Scans: words and links to watch for, works that look alike, in bounded batches."""

import random

import pytest
from django.core.management import call_command

from archive.core.errors import Conflict, InvalidInput, NotAllowed
from catalog.fingerprints import bands_of, likeness, signature_of, words_of
from catalog.models import DuplicatePair, Report, ScanMark, WatchTerm, Work, WorkPrint
from catalog.services import scanning
from catalog.services.jobs import run_due_jobs
from catalog.services.moderation import hide_work
from catalog.services.scanning import mark_all, mark_unscanned, scan_some
from catalog.services.watching import decide_pair, save_term
from tests.factories import make_work

pytestmark = pytest.mark.django_db


def story(seed: int, words: int = 400) -> list[str]:
    rng = random.Random(seed)  # noqa: S311  a story, not a secret
    return ["".join(rng.choices("abcdefghij", k=6)) for _ in range(words)]


def text(words: list[str]) -> str:
    return "<p>" + " ".join(words) + "</p>"


def scan() -> int:
    done = 0
    while count := scan_some():
        done += count
    return done


def test_a_signature_never_changes_under_us():
    words = [f"word{n % 97}" for n in range(300)]
    assert signature_of(words)[:16].hex() == SIGNATURE
    assert len(signature_of(words)) == 480


SIGNATURE = "a7145901a11a4d03590b4802970c8f01"


@pytest.mark.parametrize(("kept", "low", "high"), [(400, 100, 100), (380, 75, 100), (200, 10, 60)])
def test_likeness_follows_what_texts_share(kept, low, high):
    one = story(1)
    other = one[:kept] + story(2)[kept:]
    assert low <= likeness(signature_of(one), signature_of(other)) <= high


def test_signatures_estimate_the_true_share_of_shingles():
    for seed in range(10):
        one = story(seed, 600)
        other = one[: 300 + 25 * seed] + story(100 + seed, 200)
        sets = [{tuple(w[n : n + 5]) for n in range(len(w) - 4)} for w in (one, other)]
        true = 100 * len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        assert abs(likeness(signature_of(one), signature_of(other)) - true) <= 15


def test_case_accents_and_punctuation_make_no_difference():
    one = words_of("“The Café,” she said — and went. " * 30)
    assert one == words_of("the cafe she said and went " * 30)


def test_short_texts_have_no_signature_and_scripts_without_spaces_have_one():
    assert signature_of(words_of("only a few words")) == b""
    assert bands_of(b"") == []
    assert len(signature_of(words_of("".join(chr(0x4E00 + n) for n in range(80))))) == 480


def test_works_that_look_alike_are_found_whatever_their_names(moderator):
    words = story(3)
    first = make_work("Original", text=text(words))
    changed = [*words[:390], *story(4)[:10]]
    second = make_work("Copy", text=text(changed))
    make_work("Another", text=text(story(5)))
    mark_unscanned()
    assert scan() == 3
    pair = DuplicatePair.objects.get()
    assert (pair.first_id, pair.second_id, pair.state) == (first.pk, second.pk, "open")
    assert pair.likeness >= 90
    assert not Work.everything.filter(hidden_at__isnull=False).exists()
    decide_pair(actor=moderator, pair_id=pair.pk, state="dismissed", reason="A quotation.")
    mark_all()
    scan()
    pair.refresh_from_db()
    assert pair.state == "dismissed"


def test_a_pair_that_is_no_longer_alike_goes(moderator):
    words = story(3)
    make_work(text=text(words))
    second = make_work(text=text(words))
    mark_all()
    scan()
    second.chapters.unscoped("test").update(html=text(story(9)))
    mark_all()
    scan()
    assert not DuplicatePair.objects.exists()


def test_drafts_and_deleted_works_are_not_compared(moderator):
    words = story(3)
    make_work(text=text(words), status="draft")
    make_work(text=text(words), deleted_at="2024-01-01T00:00Z")
    make_work(text=text(words))
    mark_all()
    assert scan() == 1
    assert not DuplicatePair.objects.exists()


def test_a_change_leaves_a_mark_and_the_job_takes_it(moderator):
    work = make_work(text=text(story(1)))
    hide_work(actor=moderator, work_id=work.pk, reason="x")
    assert list(ScanMark.objects.values_list("work_id", flat=True)) == [work.pk]
    run_due_jobs()
    assert not ScanMark.objects.exists()
    assert WorkPrint.objects.get().version == Work.everything.get().version
    assert mark_unscanned() == 0


def test_a_crowd_that_shares_everything_is_not_compared_pair_by_pair():
    words = story(1)
    for _ in range(55):
        make_work(text=text(words))
    mark_all()
    scan()
    assert DuplicatePair.objects.count() <= 50 * 55


def test_a_batch_is_bounded_by_works_and_by_words(monkeypatch):
    for seed in range(5):
        make_work(text=text(story(seed)))
    mark_all()
    monkeypatch.setattr(scanning, "WORDS_AT_ONCE", 900)
    assert scan_some() == 2
    monkeypatch.setattr(scanning, "WORKS_AT_ONCE", 1)
    assert scan_some() == 1


def test_one_text_that_cannot_be_read_keeps_no_other_from_being_scanned(monkeypatch, caplog):
    poison, good = make_work(text=text(story(1))), make_work(text=text(story(2)))
    original = scanning._scan_one

    def fail(work, *rest):
        if work.pk == poison.pk:
            raise ValueError
        return original(work, *rest)

    monkeypatch.setattr(scanning, "_scan_one", fail)
    mark_all()
    assert scan() == 2
    assert "could not be scanned" in caplog.text
    assert WorkPrint.objects.get(pk=good.pk).signature


@pytest.mark.parametrize(
    ("kind", "term", "html", "is_found"),
    [
        ("words", "cheap lamps", "<p>Buy CHEAP <em>Lamps</em> here</p>", True),
        ("words", "cheap lamps", "<p>cheaper lamps</p>", False),
        ("words", "Café", "<p>the cafe.</p>", True),
        ("words", "lamp", "<p>lamps</p>", False),
        ("words", "赌场", "<p>去赌场吧</p>", True),
        ("link", "shop.example", '<p><a href="https://www.shop.example/x">x</a></p>', True),
        ("link", "shop.example", '<p><a href="https://de.shop.example/">x</a></p>', True),
        ("link", "shop.example", '<p><a href="https://workshop.example/">x</a></p>', False),
        ("link", "shop.example/a", '<p><a href="http://shop.example/a/b">x</a></p>', True),
        ("link", "shop.example/a", '<p><a href="http://shop.example/ab">x</a></p>', False),
        ("link", "https://SHOP.example", "<p>see http://shop.example/?x=1 now</p>", True),
    ],
)
def test_the_watch_list_finds_words_and_links(moderator, kind, term, html, is_found):
    work = make_work("Quiet", text=html)
    save_term(actor=moderator, term=WatchTerm(kind=kind, text=term, note="spam of May"))
    scan()
    rows = list(Report.objects.values_list("target_id", "reason", "is_by_watch", "state"))
    assert rows == ([(work.pk, "watch_list", True, "open")] if is_found else [])
    work.refresh_from_db()
    assert work.hidden_at is None


def test_a_term_reports_a_work_once(moderator):
    make_work(text="<p>cheap lamps</p>")
    term = save_term(actor=moderator, term=WatchTerm(text="cheap lamps"))
    scan()
    Report.objects.update(state="dismissed")
    for _ in range(2):
        mark_all()
        scan()
    assert Report.objects.count() == 1
    term.is_active = False
    save_term(actor=moderator, term=term)
    make_work(text="<p>cheap lamps</p>")
    mark_all()
    scan()
    assert Report.objects.count() == 1


def test_terms_are_checked_and_for_moderators(moderator, wrangler, member):
    save_term(actor=moderator, term=WatchTerm(text="Cheap  lamps!"))
    with pytest.raises(Conflict):
        save_term(actor=moderator, term=WatchTerm(text="cheap lamps"))
    for kind, bad in (("words", "a"), ("words", "!!"), ("link", "nohost"), ("planet", "abc")):
        with pytest.raises(InvalidInput):
            save_term(actor=moderator, term=WatchTerm(kind=kind, text=bad))
    for actor in (wrangler, member):
        with pytest.raises(NotAllowed):
            save_term(actor=actor, term=WatchTerm(text="other words"))


def test_the_command_scans_an_archive_that_is_there(capsys):
    words = story(3)
    for _ in range(2):
        make_work(text=text(words))
    call_command("scan_works")
    assert "2 works scanned; 1 pairs look alike." in capsys.readouterr().out
    call_command("scan_works")
    assert "0 works scanned" in capsys.readouterr().out
    call_command("scan_works", "--all")
    assert "2 works scanned" in capsys.readouterr().out
