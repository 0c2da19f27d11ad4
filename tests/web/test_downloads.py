"""Downloads: to whom the work may be shown, never stale, never run."""

import pytest
from django.test import Client

from archive.accounts.models import User
from catalog.models import Work
from tests.factories import make_creator, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("extension", ["epub", "html", "txt", "md"])
def test_each_format_is_sent_as_a_file_that_runs_nothing(client, extension):
    work = make_work("The Lamp in the Tower", text="Washcloth.")
    answer = client.get(f"/works/{work.pk}/download/{extension}/")
    assert answer.status_code == 200
    assert f'filename="The_Lamp_in_the_Tower.{extension}"' in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = client.get(
        f"/works/{work.pk}/download/{extension}/", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    Work.everything.filter(pk=work.pk).update(version=2)
    changed = client.get(
        f"/works/{work.pk}/download/{extension}/", headers={"If-None-Match": answer["ETag"]}
    )
    assert changed.status_code == 200


def test_unknown_formats_and_missing_engines(client):
    work = make_work()
    assert client.get(f"/works/{work.pk}/download/exe/").status_code == 404
    assert client.get(f"/works/{work.pk}/download/pdf/").status_code == 501


def test_only_who_may_see_the_work_may_download_it(client):
    restricted = make_work(is_restricted=True)
    owner = user_with_roles("owner")
    draft = make_work(status="draft", creators=[make_creator("Owner", user=owner)])
    hidden = make_work(hidden_at=draft.created_at)
    assert client.get(f"/works/{restricted.pk}/download/epub/").status_code == 302
    for work in (draft, hidden):
        assert client.get(f"/works/{work.pk}/download/epub/").status_code == 404
    member = Client()
    member.force_login(User.objects.get(username="owner"))
    for work in (restricted, draft):
        assert member.get(f"/works/{work.pk}/download/txt/").status_code == 200


def test_names_behind_an_anonymous_work_are_in_no_file(client):
    work = make_work(is_anonymous=True, creators=[make_creator("Secret Name")])
    for extension in ("html", "txt", "md"):
        body = client.get(f"/works/{work.pk}/download/{extension}/").content.decode()
        assert "Secret" not in body
        assert "Anonymous" in body
