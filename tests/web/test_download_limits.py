"""Files of the pages: the validators and the limit of the same files in the API."""

import pytest

from catalog.models import Work
from tests.factories import make_work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_counts(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_pages_and_api_give_a_file_the_same_validators(client):
    work = make_work()
    page = client.get(f"/works/{work.pk}/download/txt/")
    api = client.get(f"/api/v1/works/{work.pk}/download.txt")
    for name in ("ETag", "Last-Modified"):
        assert page.headers[name] == api.headers[name]
    given = {"HTTP_IF_NONE_MATCH": page.headers["ETag"]}
    assert client.get(f"/works/{work.pk}/download/txt/", **given).status_code == 304
    Work.everything.filter(pk=work.pk).update(version=work.version + 1)
    assert client.get(f"/works/{work.pk}/download/txt/", **given).status_code == 200


def test_downloads_of_pages_and_api_count_together(client, settings):
    settings.RATES = {"download": (2, 60)}
    work = make_work()
    first = client.get(f"/works/{work.pk}/download/txt/")
    assert (first.status_code, first.headers["RateLimit-Remaining"]) == (200, "1")
    assert client.get(f"/api/v1/works/{work.pk}/download.txt").status_code == 200
    refused = client.get(f"/works/{work.pk}/download/html/")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    head = client.head(f"/works/{work.pk}/download/html/")
    assert head.status_code == 429
