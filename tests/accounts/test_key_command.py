"""``manage.py create_api_key`` and ``grant_role``, as scripts call them."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from archive.accounts.models import SecurityEvent, User
from archive.accounts.services import find_api_key
from tests.factories import make_user

pytestmark = pytest.mark.django_db
EVERYTHING = ["read", "write", "wrangle", "moderate", "admin"]


def test_the_key_and_nothing_else_is_printed(capfd, caplog):
    caplog.set_level("INFO")
    call_command(
        "create_api_key", "keeper", scopes=",".join(EVERYTHING), create_user=True, superuser=True
    )
    printed = capfd.readouterr()
    assert printed.err == ""
    assert caplog.records == []
    key = find_api_key(printed.out.removesuffix("\n"))
    assert key is not None
    assert key.scopes == EVERYTHING
    assert key.user.is_superuser
    assert SecurityEvent.objects.get(event="key.created").user == key.user


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody-here", "--scopes", "read"], "There is no user 'nobody-here'; --create-user"),
        (["keeper", "--scopes", "read,rule"], "Unknown scopes: rule; allowed are read, write"),
        (["two words", "--create-user"], "'two words' cannot be used"),
    ],
)
def test_wrong_arguments_are_refused_and_nothing_is_made(arguments, told):
    make_user("keeper")
    with pytest.raises(CommandError, match=told):
        call_command("create_api_key", *arguments)
    assert User.objects.count() == 1
    assert not SecurityEvent.objects.filter(event="key.created").exists()


def test_a_role_is_given_once_and_a_wrong_one_is_refused_with_those_there_are(capsys):
    user = make_user("ada")
    for _ in range(2):
        call_command("grant_role", "ada", "wranglers")
        assert capsys.readouterr().out == "ada is one of the wranglers now.\n"
    assert list(user.groups.values_list("name", flat=True)) == ["wranglers"]
    with pytest.raises(CommandError, match="no role 'kings'; allowed are wranglers, moderators"):
        call_command("grant_role", "ada", "kings")
    with pytest.raises(CommandError, match="no user 'bob'"):
        call_command("grant_role", "bob", "wranglers")
