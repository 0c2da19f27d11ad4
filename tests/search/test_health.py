"""What monitors are told, and what is said before a start."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from archive import checks
from search.backends import Health, get_backend
from search.models import IndexEvent
from tests.search.helpers import post_work

urlpatterns = [path("", include("archive.health"))]
pytestmark = pytest.mark.urls(__name__)


def test_live_asks_nothing_of_the_database(client: Client):
    """Without the database mark, any statement would fail this test."""
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_has_these_figures_and_no_others(client: Client):
    with time_machine.travel(timezone.now(), tick=False):
        post_work()
        response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "index": {"generation": 1, "lag_items": 1, "lag_seconds": 0, "parked": 0},
    }


@pytest.mark.django_db
def test_a_parked_work_degrades(client: Client):
    post_work()
    IndexEvent.objects.update(is_parked=True)
    report = client.get("/health/ready").json()
    assert report["status"] == "degraded"
    assert report["index"] == {"generation": 1, "lag_items": 0, "lag_seconds": 0, "parked": 1}


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "state"), [(60, "ok"), (61, "degraded")])
def test_more_than_a_minute_behind_degrades(client: Client, age: int, state: str):
    post_work()
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        IndexEvent.objects.update(created_at=timezone.now() - timedelta(seconds=age))
        report = client.get("/health/ready").json()
    assert report["status"] == state
    assert report["index"]["lag_seconds"] == age


@pytest.mark.django_db
@pytest.mark.parametrize("health", [Health(0, 0), Health(3, 10, problem="of another schema")])
def test_an_index_that_cannot_be_searched_degrades(client: Client, monkeypatch, health: Health):
    monkeypatch.setattr(get_backend(), "health", lambda: health)
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert response.json()["index"]["generation"] == health.generation


def test_without_a_database_nothing_is_ready(client: Client, monkeypatch):
    def fail(**kwargs):
        raise OperationalError("no such host")

    monkeypatch.setattr(IndexEvent.objects, "aggregate", fail)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response.json() == {
        "status": "unavailable",
        "database": "unavailable",
        "index": {"generation": None, "lag_items": None, "lag_seconds": None, "parked": None},
    }


def test_health_is_only_read(client: Client):
    assert client.post("/health/live").status_code == 405
    assert client.post("/health/ready").status_code == 405


def _ids(messages) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("mounts", "expected"),
    [
        ("/dev/vda / ext4 rw 0 0\nnas:/srv {data} nfs4 rw 0 0\n", ["archive.E001"]),
        ("nas:/srv / nfs rw 0 0\n/dev/vdb {data} xfs rw 0 0\n", []),
        ("/dev/vda / ext4 rw 0 0\nnas:/x {data}-other cifs rw 0 0\n", []),
        ("/dev/vda / ext4 rw 0 0\nhost {data} fuse.sshfs rw 0 0\n", ["archive.E001"]),
        ("", []),
    ],
)
def test_the_data_folder_must_lie_on_a_local_disk(
    mounts: str, expected: list[str], tmp_path: Path, settings, monkeypatch
):
    data = tmp_path / "with space"
    data.mkdir()
    settings.DATA_DIR = data
    table = tmp_path / "mounts"
    table.write_text(mounts.format(data=str(data).replace(" ", "\\040")))
    monkeypatch.setattr(checks, "MOUNTS", table)
    assert _ids(checks.check_local_disk(None)) == expected


def test_a_system_that_tells_no_mounts_passes(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(checks, "MOUNTS", tmp_path / "missing")
    assert checks.check_local_disk(None) == []


def test_the_index_folder_is_made_for_its_user_alone(settings):
    assert checks.check_index_folder(None) == []
    assert stat.S_IMODE(settings.SEARCH_INDEX_DIR.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_an_index_folder_that_others_can_enter_is_refused(settings, mode: int):
    settings.SEARCH_INDEX_DIR.mkdir()
    settings.SEARCH_INDEX_DIR.chmod(mode)
    assert _ids(checks.check_index_folder(None)) == ["archive.E003"]


def test_an_index_folder_that_cannot_be_made_is_refused(settings, tmp_path: Path):
    (tmp_path / "file").touch()
    settings.SEARCH_INDEX_DIR = tmp_path / "file" / "index"
    assert _ids(checks.check_index_folder(None)) == ["archive.E002"]


def test_finder_and_engine_must_exist(settings):
    assert checks.check_search_engine(None) == []
    settings.WORK_FINDER = "search.nowhere.Finder"
    assert _ids(checks.check_search_engine(None)) == ["archive.E005"]
    settings.SEARCH_BACKEND = "sphinx"
    assert _ids(checks.check_search_engine(None)) == ["archive.E004", "archive.E005"]


def test_production_refuses_debugging_and_any_host_and_warns_of_a_local_address(settings):
    settings.DEBUG = False
    settings.BASE_URL = "https://archive.example"
    settings.ALLOWED_HOSTS = ["archive.example"]
    assert checks.check_production(None) == []
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    settings.BASE_URL = "http://127.0.0.1:8000"
    assert _ids(checks.check_production(None)) == ["archive.E006", "archive.W001", "archive.E007"]
    settings.BASE_URL = "http://archive.example"
    assert "archive.W001" in _ids(checks.check_production(None))


def test_a_data_folder_and_a_key_that_others_can_read_are_refused(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o700)
    assert checks.check_private_files(None) == []
    (settings.DATA_DIR / "secret_key").touch(mode=0o644)
    settings.DATA_DIR.chmod(0o750)
    assert _ids(checks.check_private_files(None)) == ["archive.E008", "archive.E009"]


def test_the_web_server_does_not_start_on_an_unsafe_public_address(settings, tmp_path: Path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o755)
    settings.BASE_URL = "http://127.0.0.1:8000"
    checks.refuse_unsafe_production()
    settings.BASE_URL = "https://archive.example"
    with pytest.raises(ImproperlyConfigured, match=r"\[archive.E008\].*chmod 0700"):
        checks.refuse_unsafe_production()
    settings.DATA_DIR.chmod(0o700)
    checks.refuse_unsafe_production()


def test_the_checks_run_with_those_of_django(settings):
    settings.WORK_FINDER = "search.nowhere.Finder"
    assert "archive.E005" in _ids(run_checks())
    settings.ALLOWED_HOSTS = ["*"]
    assert "archive.E007" not in _ids(run_checks())
    assert "archive.E007" in _ids(run_checks(include_deployment_checks=True))
