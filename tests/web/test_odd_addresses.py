"""Addresses that nobody types are answered like all others, on every database."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/tags/?q=%00",
        "/creators/?q=a%00b",
        "/fandoms/?letter=%00",
        "/works/?title=%00",
        "/works/?%00=1",
        "/search/?q=%00",
    ],
)
def test_a_nul_in_the_query_of_a_page_is_refused(client: Client, address: str):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "NUL character" in answer.content.decode()


def test_the_api_names_the_parameter_with_the_nul(client: Client):
    answer = client.get("/api/v1/tags/?q=%00")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "q"
