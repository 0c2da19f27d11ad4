"""User names: what they may be, and which two of them look alike."""

import re
import unicodedata

from django.db.models import F, Func, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext

from archive.accounts.models import USERNAME, User
from archive.core.confusables import skeleton
from archive.core.errors import FieldError

RESERVED = frozenset(
    [
        "about",
        "account",
        "accounts",
        "admin",
        "administrator",
        "anonymous",
        "anon",
        "api",
        "archive",
        "archivist",
        "archivists",
        "catalog",
        "demo",
        "everyone",
        "guest",
        "help",
        "info",
        "mail",
        "me",
        "moderation",
        "moderator",
        "moderators",
        "nobody",
        "none",
        "noreply",
        "null",
        "official",
        "orphan",
        "owner",
        "postmaster",
        "root",
        "security",
        "staff",
        "support",
        "sysadmin",
        "system",
        "team",
        "undercroft",
        "user",
        "webmaster",
        "wrangler",
        "wranglers",
    ]
)
_ALIKE = (("0", "o"), ("1", "l"), ("rn", "m"), ("vv", "w"), ("-", ""), ("_", ""))
"""What cannot be told apart at a glance among the characters of a user name, after the confusable
characters of Unicode Technical Standard 39; in this order."""
_UNFIT = re.compile(r"[^a-z0-9_-]+")


def look(name: str) -> str:
    """The key under which names that look alike are the same."""
    for sign, plain in _ALIKE:
        name = name.replace(sign, plain)
    return name


def username_faults(name: str) -> list[FieldError]:
    """What keeps a new account from having this name: its characters, or another's name."""
    if not re.match(USERNAME.regex, name):
        detail = gettext(
            "A user name has 3 to 40 characters: small letters a to z, digits, _ and -."
        )
        if proposal := _proposal(name):
            detail += " " + gettext("How about “{}”?").format(proposal)
        return [FieldError("username", "username.invalid", detail)]
    if name in RESERVED or look(name) in {look(reserved) for reserved in RESERVED}:
        detail = gettext("This user name is kept for the archive itself. Take another one.")
        return [FieldError("username", "username.reserved", detail)]
    if User.objects.filter(username=name).exists():
        detail = gettext("This user name is taken. Take another one.")
        return [FieldError("username", "username.taken", detail)]
    if (
        _looks_like_staff(name)
        or User.objects.alias(look=_look_in_sql()).filter(look=look(name)).exists()
    ):
        detail = gettext("This user name looks just like one that is taken. Take another one.")
        return [FieldError("username", "username.alike", detail)]
    return []


def _looks_like_staff(name: str) -> bool:
    """Whether it is nearer to the name of somebody with a role than names of others may be."""
    staff = User.objects.filter(is_staff=True).values_list("username", flat=True)
    return skeleton(name) in {skeleton(other) for other in staff}


def _look_in_sql() -> Func:
    """The same key of the stored names."""
    expression: F | Func = F("username")
    for sign, plain in _ALIKE:
        expression = Replace(expression, Value(sign), Value(plain))
    return expression  # type: ignore[return-value]  # there is at least one pair


def _proposal(name: str) -> str:
    """A name that would do, made of what was typed; empty when too little is left."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = _UNFIT.sub("_", plain.strip()).strip("_")[:40]
    return plain if re.match(USERNAME.regex, plain) else ""
