"""Nothing that is secret or told in a story reaches a log. Row A46 of the design."""

import logging

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from archive.accounts.models import SecurityEvent, User
from archive.core.api.errors import problem_handler
from tests.factories import make_creator, make_user, make_work
from tests.viewers import bearer

pytestmark = pytest.mark.django_db
STORY = "The lighthouse keeper married the octopus."
PASSWORD = "plum-lantern-41"
TYPED = "pa55word-typed-as-a-name"
SEARCHED = "very-private-search"
MAIL = "ada@private.example"


@pytest.fixture
def ada(settings, tmp_path) -> User:
    settings.DATA_DIR = tmp_path
    user = make_user("ada", email=MAIL)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_no_log_holds_a_secret_or_a_story(
    ada: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """Reading, writing, searching, signing in and errors, with every logger at its most talkative."""
    caplog.set_level(logging.DEBUG)
    for name in ("archive.security", "archive.api", "django.request", "django.security"):
        caplog.set_level(logging.DEBUG, logger=name)
    key = bearer(ada)
    client = Client(raise_request_exception=False)
    work = make_work("Public", text=STORY, creators=[make_creator("Ada", ada)])
    sign_in = {"username": TYPED, "password": PASSWORD}
    client.post("/account/login/", sign_in)
    client.post("/account/login/", {"username": "ada", "password": PASSWORD})
    client.post("/account/password/", {"email": MAIL})
    client.get("/works/", {"q": SEARCHED})
    client.get(f"/works/{work.pk}/")
    client.get("/api/v1/works/", {"q": SEARCHED}, **key)
    client.patch(f"/api/v1/works/{work.pk}/", {"notes": STORY}, "application/json", **key)
    client.post("/api/v1/works/", {"title": STORY, "text": STORY}, "application/json", **key)
    client.get("/api/v1/works/", {"key": key["HTTP_AUTHORIZATION"]})
    client.post("/report/work/999999/", {"text": STORY})
    client.get("/admin/")
    assert problem_handler(RuntimeError("Something broke"), {}).status_code == 500
    told = "\n".join(
        [record.getMessage() for record in caplog.records if not _of_the_database(record)]
        + [str(row) for row in SecurityEvent.objects.values()]
    )
    secrets = {
        *(STORY, PASSWORD, TYPED, SEARCHED, MAIL),
        *(key["HTTP_AUTHORIZATION"].split("_", 2)[2], str(client.session.session_key)),
    }
    assert [secret for secret in secrets if secret in told] == []
    assert SecurityEvent.objects.filter(event="sign_in.failed").exists()
    assert "archive.security" in {record.name for record in caplog.records}


def _of_the_database(record: logging.LogRecord) -> bool:
    """Statements with their values, which Django writes in debugging alone, and never where DEBUG is off."""
    return record.name == "django.db.backends"


def test_a_wrong_code_is_not_written_down(ada: User, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    device = TOTPDevice.objects.create(user=ada, confirmed=True)
    client = Client()
    client.post("/account/login/", {"username": "ada", "password": PASSWORD})
    client.post("/account/second-factor/", {"code": "918273"})
    told = "\n".join(
        record.getMessage() for record in caplog.records if not _of_the_database(record)
    )
    told += str(list(SecurityEvent.objects.values()))
    assert "918273" not in told
    assert device.key not in told
