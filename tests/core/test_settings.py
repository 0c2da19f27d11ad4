"""Wrong values of settings are refused with what is allowed; wrong names are told."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from archive.checks import check_names_of_settings
from archive.settings import env

ROOT = Path(__file__).resolve().parent.parent.parent
READERS = {
    "ARCHIVE_BASE_URL": env.base_url,
    "ARCHIVE_ALLOWED_HOSTS": env.hosts,
    "ARCHIVE_ACCENT": env.accent,
    "ARCHIVE_DATABASE_URL": lambda: env.database(Path("/srv/data")),
    "ARCHIVE_CACHE_URL": env.cache_url,
    "ARCHIVE_EMAIL_URL": env.mail,
    "ARCHIVE_EMAIL_FROM": lambda: env.sender("noreply@localhost"),
    "ARCHIVE_LOG_LEVEL": env.log_level,
    "ARCHIVE_DEBUG": lambda: env.flag("ARCHIVE_DEBUG"),
    "ARCHIVE_MAX_UPLOAD_MB": lambda: env.whole("ARCHIVE_MAX_UPLOAD_MB", 20, least=1),
    "ARCHIVE_SEARCH_BACKEND": lambda: env.choice(
        "ARCHIVE_SEARCH_BACKEND", "whoosh", ("whoosh", "memory")
    ),
    "ARCHIVE_RATE_ANON": lambda: env.rate("ARCHIVE_RATE_ANON", "120/min"),
    "ARCHIVE_SECRET_KEY": lambda: env.secret_key(Path("/srv/data")),
}
WRONG = [
    ("ARCHIVE_BASE_URL", "archive.example", "https://archive.example"),
    ("ARCHIVE_BASE_URL", "ftp://archive.example", "http or https"),
    ("ARCHIVE_BASE_URL", "https://archive.example/sub", "nothing behind it"),
    ("ARCHIVE_BASE_URL", "https://archive.example:port", "https://archive.example"),
    ("ARCHIVE_BASE_URL", "https://[::1", "https://archive.example"),
    ("ARCHIVE_ALLOWED_HOSTS", "a.example, https://b.example", "'https://b.example'"),
    ("ARCHIVE_ACCENT", "red", "#7c2d2d"),
    ("ARCHIVE_DATABASE_URL", "archive", "postgres://user:password@host:5432/name"),
    ("ARCHIVE_DATABASE_URL", "mysql://user@host/name", "sqlite:////path"),
    ("ARCHIVE_DATABASE_URL", "postgres://user:pass/word@host/name", "%2F"),
    ("ARCHIVE_CACHE_URL", "memcached://host", "redis://host:6379/0"),
    ("ARCHIVE_EMAIL_URL", "mail.example", "smtp\\+tls://"),
    ("ARCHIVE_EMAIL_FROM", "noreply", "'noreply'"),
    ("ARCHIVE_LOG_LEVEL", "loud", "DEBUG, INFO, WARNING"),
    ("ARCHIVE_DEBUG", "maybe", "true and false"),
    ("ARCHIVE_MAX_UPLOAD_MB", "twenty", "from 1"),
    ("ARCHIVE_MAX_UPLOAD_MB", "0", "from 1"),
    ("ARCHIVE_MAX_UPLOAD_MB", "-3", "from 1"),
    ("ARCHIVE_SEARCH_BACKEND", "opensearch", "whoosh, memory"),
    ("ARCHIVE_RATE_ANON", "120", "120/min"),
    ("ARCHIVE_SECRET_KEY", "short", "32"),
]
RIGHT = [
    ("ARCHIVE_BASE_URL", "HTTPS://Archive.example:8443/", "https://Archive.example:8443"),
    ("ARCHIVE_BASE_URL", " ", "http://127.0.0.1:8000"),
    ("ARCHIVE_ALLOWED_HOSTS", "a.example, .b.example,[::1],", ["a.example", ".b.example", "[::1]"]),
    ("ARCHIVE_ACCENT", "#0A7", "#0A7"),
    ("ARCHIVE_CACHE_URL", "redis://:word@host:6379/0", "redis://:word@host:6379/0"),
    ("ARCHIVE_EMAIL_FROM", "The Archive <a@b.example>", "The Archive <a@b.example>"),
    ("ARCHIVE_LOG_LEVEL", "debug", "DEBUG"),
    ("ARCHIVE_DEBUG", "Yes", True),
    ("ARCHIVE_DEBUG", "", False),
    ("ARCHIVE_MAX_UPLOAD_MB", "", 20),
    ("ARCHIVE_SECRET_KEY", "$" + "k" * 40, "$" + "k" * 40),
]


@pytest.mark.parametrize(("name", "value", "told"), WRONG)
def test_wrong_values_are_refused_with_what_is_allowed(monkeypatch, name, value, told):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=told) as raised:
        READERS[name]()
    assert name in str(raised.value)
    assert "pass/word" not in str(raised.value)


@pytest.mark.parametrize(("name", "value", "read"), RIGHT)
def test_right_values_are_read(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    assert READERS[name]() == read


def test_databases_are_read(monkeypatch):
    monkeypatch.delenv("ARCHIVE_DATABASE_URL", raising=False)
    assert env.database(Path("/srv/data"))["NAME"] == "/srv/data/archive.sqlite3"
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", "postgres://ada:a%40b@db.example:5433/works")
    config = env.database(Path("/srv/data"))
    assert config["ENGINE"].endswith("postgresql")
    assert (config["USER"], config["PASSWORD"]) == ("ada", "a@b")
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("db.example", 5433, "works")


def test_a_data_folder_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(ImproperlyConfigured, match=r"/file cannot be made: File exists"):
        env.data_dir()


def test_settings_with_a_slip_in_the_name_are_told_with_the_likeliest(monkeypatch):
    assert check_names_of_settings(None) == []
    monkeypatch.setenv("ARCHIVE_SITENAME", "Lamp")
    monkeypatch.setenv("ARCHIVE_XYZZY", "1")
    said = "in the environment is no setting and changes nothing."
    assert [message.msg for message in check_names_of_settings(None)] == [
        f"ARCHIVE_SITENAME {said} Did you mean ARCHIVE_SITE_NAME?",
        f"ARCHIVE_XYZZY {said}",
    ]


def test_first_starts_at_once_read_one_secret_key(monkeypatch, tmp_path):
    monkeypatch.delenv("ARCHIVE_SECRET_KEY", raising=False)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: env.secret_key(tmp_path), range(40)))
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_secret_key_that_was_cut_off_is_refused(monkeypatch, tmp_path):
    monkeypatch.delenv("ARCHIVE_SECRET_KEY", raising=False)
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="is damaged: it has 5 characters"):
        env.secret_key(tmp_path)


def test_a_secret_key_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("ARCHIVE_SECRET_KEY", raising=False)
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(ImproperlyConfigured, match="secret_key cannot be read or made: Is a dir"):
        env.secret_key(tmp_path)


def manage(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command as a shell runs it, over a data folder of its own."""
    return subprocess.run(  # noqa: S603  our own program
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ARCHIVE_DATA_DIR": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_say_in_a_line_what_is_wrong(tmp_path):
    done = manage(tmp_path, "check", ARCHIVE_INDEXER="sometimes")
    assert done.returncode == 1
    assert done.stderr == (
        "The archive does not start: ARCHIVE_INDEXER is 'sometimes'; allowed are worker, inline.\n"
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "The tables of the database are not those of this version. Run manage.py migrate"),
        ("sqlite:////nowhere/at/all", "The database cannot be used: unable to open database file"),
    ],
    ids=["empty", "away"],
)
def test_commands_say_in_a_line_what_ails_the_database(tmp_path, url, said):
    done = manage(tmp_path, "grant_role", "ada", "wranglers", ARCHIVE_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


def test_nothing_is_no_backup(tmp_path):
    done = manage(tmp_path, "backup", str(tmp_path / "backup.tar.gz"))
    assert done.returncode == 1
    assert "The database holds no archive yet" in done.stderr
    assert not (tmp_path / "backup.tar.gz").exists()
