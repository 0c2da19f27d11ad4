"""The demo archive and synthetic archives, as the commands make them."""

import json
import socket

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from archive.accounts.models import User
from archive.accounts.services import find_api_key
from catalog.finder import find_works
from catalog.models import Series, Tag, Work, WorkFilterTag
from catalog.services import demo
from catalog.services.synthetic import SyntheticPlan, make_catalogue
from catalog.workquery import WorkQuery
from tests.factories import make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def _small_demo(tmp_path, monkeypatch):
    """Four works of the demo: a crossover, a series, right to left, Japanese."""
    folder = tmp_path / "demo"
    (folder / "works").mkdir(parents=True)
    (folder / "tags.toml").write_text((demo.demo_folder() / "tags.toml").read_text())
    for path in sorted((demo.demo_folder() / "works").glob("*.txt")):
        if path.name[:2] in ("01", "04", "20", "22"):
            (folder / "works" / path.name).write_text(path.read_text())
    monkeypatch.setattr(demo, "demo_folder", lambda: folder)


def test_demo_is_loaded_once_and_its_accounts_stay(_small_demo, settings, tmp_path, drained):  # noqa: PT019
    settings.DATA_DIR = tmp_path
    outcomes = []
    demo.load_demo(outcomes.append)
    assert {outcome.outcome for outcome in outcomes} == {"imported"}
    assert demo.is_loaded()
    member = viewer_with_roles("member")
    drained()
    page = find_works(WorkQuery(text="violin"), member)
    assert [work.title for work in page.works] == ["The Adventure of the Borrowed Violin"]
    assert Series.objects.exists()
    assert Work.everything.get(title__startswith="雨").language_id == "ja"
    assert Tag.objects.filter(name="Buffy Summers", is_canonical=True).exists()
    first = demo.demo_accounts()
    assert find_api_key(first["key"]) is not None
    assert (tmp_path / "demo-accounts.json").stat().st_mode & 0o777 == 0o600
    assert (
        demo.demo_accounts() == first == json.loads((tmp_path / "demo-accounts.json").read_text())
    )
    assert list(first["passwords"]) == list(demo.ACCOUNTS)


def test_accounts_that_were_not_finished_are_finished_by_the_next_start(
    settings, tmp_path, monkeypatch
):
    settings.DATA_DIR = tmp_path
    make, made = demo._make_account, []

    def dies_at_the_third(name, password, role):
        if len(made) == 2:
            raise KeyboardInterrupt
        made.append(name)
        make(name, password, role)

    monkeypatch.setattr(demo, "_make_account", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        demo.demo_accounts()
    assert set(
        User.objects.filter(username__in=demo.ACCOUNTS).values_list("username", flat=True)
    ) == (set(made))
    monkeypatch.setattr(demo, "_make_account", make)
    told = demo.demo_accounts()
    assert find_api_key(told["key"]) is not None
    assert set(told["passwords"]) == set(demo.ACCOUNTS)
    for name, password in told["passwords"].items():
        assert User.objects.get(username=name).check_password(password)


def test_a_demo_that_died_half_way_is_whole_after_the_next_start(_small_demo, monkeypatch):  # noqa: PT019
    outcomes = []

    def dies_at_the_third(outcome):
        outcomes.append(outcome)
        if len(outcomes) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.load_demo(dies_at_the_third)
    assert not demo.is_loaded()
    again = []
    demo.load_demo(again.append)
    assert demo.is_loaded()
    assert [outcome.outcome for outcome in again] == ["unchanged"] * 3 + ["imported"]
    assert Work.everything.count() == 4


def test_numbers_are_invented_for_works_of_the_demo_alone(_small_demo):  # noqa: PT019
    own = make_work(title="My own")
    demo.load_demo(lambda outcome: None)
    counted = Work.everything.filter(hits_count__gt=0)
    assert counted.count() == 4
    assert not counted.filter(pk=own.pk).exists()


@pytest.mark.parametrize("address", ["8000", "127.0.0.1:", "127.0.0.1:web", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_refused_before_anything_is_loaded(address):
    with pytest.raises(CommandError, match=r"127\.0\.0\.1:8000 is one") as caught:
        call_command("demo", serve=address)
    assert caught.value.returncode == 2
    assert not demo.is_loaded()


def test_a_port_in_use_is_told_before_anything_is_loaded():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"{port} cannot be served on: Address already in"):
            call_command("demo", serve=f"127.0.0.1:{port}")
    assert not demo.is_loaded()


def test_the_first_start_says_what_a_newcomer_needs_and_no_more(
    _small_demo,  # noqa: PT019
    settings,
    tmp_path,
    capfd,
    caplog,
):
    settings.DATA_DIR = tmp_path
    caplog.set_level("INFO")
    call_command("demo")
    printed = capfd.readouterr().out.splitlines()
    key = demo.demo_accounts()["key"]
    assert printed[0] == "Loading the demo archive ..."
    assert printed[5:7] == ["", f"Undercroft   {settings.BASE_URL}/"]
    assert f"API key      {key}" in printed
    assert [record for record in caplog.records if record.name != "archive.api"] == []


def test_synthetic_archive_is_counted_filtered_and_the_same_for_a_seed():
    made = []
    for seed in (5, 5, 6):
        Work.everything.all().delete()
        Tag.objects.update(works_count=0)
        sizes = []
        plan = SyntheticPlan(works=30, chapters=True, seed=seed)
        make_catalogue(plan, texts=demo.demo_folder() / "works", corpus=None, report=sizes.append)
        assert sum(sizes) == 30
        made.append(list(Work.everything.order_by("pk").values_list("title", "word_count")))
    assert made[0] == made[1] != made[2]
    work = Work.everything.first()
    assert work is not None
    assert work.status == "posted"
    assert WorkFilterTag.objects.filter(work=work).exists()
    rating = Tag.objects.filter(kind="rating").order_by("-works_count").first()
    assert rating is not None
    counted = WorkFilterTag.objects.filter(tag=rating, work__is_restricted=False).count()
    assert rating.works_count == counted > 0


def test_make_catalogue_refuses_nonsense():
    with pytest.raises(CommandError, match="0"):
        call_command("make_catalogue", works=0)
