"""Odd names: what cannot be seen or reorders text is refused, what looks like staff is refused."""

import unicodedata

import pytest

from archive.accounts.usernames import username_faults
from archive.core.confusables import skeleton
from archive.core.errors import InvalidInput
from archive.core.text import clean_name, clean_tag_name, fold_name
from catalog.services.checking import Faults
from catalog.services.creators import resolve_creators
from tests.factories import make_creator
from tests.viewers import user_with_roles, viewer_with_roles

LOOK_ALIKES = [
    *("аdmin_jo", "ADMIN_JО", "аdmіn_jо", "admin_j0", "admln_jo", "adrnin_jo", "ａｄｍｉｎ_ｊｏ"),
    *("𝐚𝐝𝐦𝐢𝐧_𝐣𝐨", "adｍin_jo", "admin-jo", "Admin Jo", "ÀDMIN_JO", "admiո_jo", "αdmin_jo"),
    *("admin_jο", "ᴀdmin_jo"),
]
"""Sixteen ways to look like the admin ``admin_jo``."""

HIDDEN = [
    *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
    *("\u200e", "\u200f", "\u061c", "\u200b", "\u200c", "\u200d", "\u2060", "\u2061", "\u2062"),
    *("\u2063", "\u2064", "\ufeff", "\u00ad", "\u115f", "\u1160", "\u3164", "\uffa0", "\u034f"),
    *("\u180b", "\u180c", "\u180d", "\u180e", "\u2028", "\u2029", "\u0000", "\u0007", "\u001b"),
    *("\u007f", "\u0085", "\ufff9", "\ufffa", "\ufffb", "\ufffe", "\U000e0001", "\U000e0041"),
    *("\U000e007f", "\U000e0100", "\ufe0f", "\u17b4", "\u17b5", "\U0001d173", "\U0001d17a"),
]
PATTERNS = [
    *("{}", "{}{}", "{} {}", "Sherlock{} Holmes", "{}Sherlock", "Sherlock{}", "She{}{}rlock"),
    *("S{}h{}e", "{}a{}", "漢{}字", "Ж{}"),
]
STRINGS = [pattern.replace("{}", char) for char in HIDDEN for pattern in PATTERNS]


def test_there_are_five_hundred():
    assert len(set(STRINGS)) >= 500
    assert len(set(LOOK_ALIKES)) == 16


def bad_characters(name: str) -> list[str]:
    """What a stored name must not hold: drawn by nothing, or turning the text around."""
    joiners = "\u200c\u200d"
    return [
        f"U+{ord(char):04X}"
        for char in name
        if (unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in joiners)
        or char in "\u115f\u1160\u3164\uffa0\u034f"
        or 0xE0000 <= ord(char) <= 0xE0FFF
    ]


@pytest.mark.parametrize("char", HIDDEN, ids=lambda char: f"U+{ord(char):04X}")
def test_no_name_hides_anything(char):
    """Refused, or stored without it and then the same name as the plain one."""
    for pattern in PATTERNS:
        text, plain = pattern.replace("{}", char), pattern.replace("{}", "")
        for clean in (clean_tag_name, lambda name: clean_name(name, max_length=40, what="creator")):
            try:
                stored = clean(text)
            except InvalidInput:
                continue
            assert bad_characters(stored) == []
            assert plain.strip(), f"{text!r} is nothing to be seen"
            spaced = pattern.replace("{}", " ")
            assert fold_name(stored) in (fold_name(plain), fold_name(" ".join(spaced.split()))), (
                text
            )


@pytest.mark.parametrize("name", LOOK_ALIKES)
@pytest.mark.django_db
def test_nobody_looks_like_staff(name):
    user_with_roles("admin_jo", superuser=True)
    assert skeleton(name) == skeleton("admin_jo")
    assert username_faults(name)
    faults = Faults()
    member = viewer_with_roles("member")
    assert resolve_creators(actor=member, names=[name], faults=faults) == []
    assert [fault.code for fault in faults.errors] == ["creator.name_reserved"]


@pytest.mark.parametrize("name", ["Mоderator", "Staff", "Suppоrt", "ADMINISTRATOR", "Undercroft"])
@pytest.mark.django_db
def test_nobody_looks_like_the_archive(name):
    faults = Faults()
    assert resolve_creators(actor=viewer_with_roles("member"), names=[name], faults=faults) == []
    assert faults.errors[0].code == "creator.name_reserved"


@pytest.mark.django_db
def test_staff_itself_and_archivists_use_such_names():
    staff = viewer_with_roles("admin_jo", "moderators")
    archivist = viewer_with_roles("keeper", "archivists")
    for actor, name in ((staff, "admin_jo"), (archivist, "Anonymous")):
        faults = Faults()
        assert resolve_creators(actor=actor, names=[name], faults=faults)
        assert faults.errors == []


@pytest.mark.django_db
def test_the_pen_name_of_staff_is_theirs():
    make_creator("Night Owl", user=user_with_roles("owl", "moderators"))
    faults = Faults()
    member = viewer_with_roles("member")
    assert resolve_creators(actor=member, names=["Nіght Оwl"], faults=faults) == []
    assert faults.errors[0].code == "creator.name_reserved"


@pytest.mark.parametrize(
    "name", ["Ωmega", "Ольга", "山田太郎", "Ståle", "محمد", "Łucja", "Q", "Admiral", "Иван 3"]
)
@pytest.mark.django_db
def test_other_names_in_any_script_are_fine(name):
    user_with_roles("admin_jo", superuser=True)
    faults = Faults()
    assert resolve_creators(actor=viewer_with_roles("member"), names=[name], faults=faults)
    assert faults.errors == []
