"""The demo archive: its tag graph, works and accounts, loaded once into an archive."""

import json
import os
import secrets
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from archive.accounts.models import User
from archive.accounts.services import create_api_key, create_user, find_api_key, grant_role
from archive.core.viewer import ARCHIVISTS, MODERATORS, SYSTEM, WRANGLERS
from catalog.models import ActionLog, Work
from catalog.services.import_mapping import ImportOptions
from catalog.services.import_session import ImportSession
from catalog.services.importing import ImportOutcome
from catalog.services.log import log_action
from catalog.services.tag_graph import load_tag_graph

ACCOUNTS = {
    "reader": "",
    "wrangler": WRANGLERS,
    "moderator": MODERATORS,
    "archivist": ARCHIVISTS,
    "admin": "superuser",
}
_VERB = "demo.load"


def demo_folder() -> Path:
    """Where the demo's files are."""
    folder: Path = settings.BASE_DIR / "fixtures" / "demo"
    return folder


def is_loaded() -> bool:
    """Whether the demo was ever loaded here; what people changed since is theirs."""
    return ActionLog.objects.filter(verb=_VERB).exists()


def load_demo(report: Callable[[ImportOutcome], None]) -> None:
    """Load the tag graph and every work that is not there yet; safe to repeat after a stop."""
    graph = tomllib.loads((demo_folder() / "tags.toml").read_text(encoding="utf-8"))
    load_tag_graph(graph["tag"])
    session = ImportSession(SYSTEM)
    loaded: list[int] = []
    try:
        for outcome in _import(session):
            report(outcome)
            loaded += [outcome.work] if outcome.work else []
    finally:
        session.close()
    _invent_counters(loaded)
    log_action(
        actor=SYSTEM, verb=_VERB, object_kind="archive", object_id=0, reason="make demo or demo"
    )


def demo_accounts() -> dict[str, Any]:
    """Names, passwords and an API key of the demo, made on first use.

    They are kept in ``demo-accounts.json`` in the data folder (mode 0600) so that every start can
    print them. A password is there before its account is, and each account is a transaction of its
    own, so a start that dies on the way is finished by the next. A key that was revoked is made
    anew.
    """
    path: Path = settings.DATA_DIR / "demo-accounts.json"
    kept: dict[str, Any] = {"passwords": {}, "key": ""}
    if path.exists():
        kept = json.loads(path.read_text())
    missing = set(ACCOUNTS) - set(
        User.objects.filter(username__in=ACCOUNTS).values_list("username", flat=True)
    )
    for name in [name for name in ACCOUNTS if name in missing - kept["passwords"].keys()]:
        kept["passwords"][name] = f"{secrets.token_hex(3)}-{secrets.token_hex(3)}"
    _keep(path, kept)
    for name, role in ACCOUNTS.items():
        if name in missing:
            _make_account(name, kept["passwords"][name], role)
    if not kept["key"] or find_api_key(kept["key"]) is None:
        admin = User.objects.get(username="admin")
        scopes = ["read", "write", "wrangle", "moderate", "admin"]
        _, kept["key"] = create_api_key(user=admin, name="demo", scopes=scopes)
        _keep(path, kept)
    return dict(kept)


def _keep(path: Path, accounts: dict[str, Any]) -> None:
    """Write the file whole or not at all, for nobody else's eyes."""
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        json.dump(accounts, handle)
    beside.replace(path)


def _make_account(name: str, password: str, role: str) -> None:
    # A hash takes long on purpose: the database is not to wait for it.
    hashed = make_password(password)
    with transaction.atomic():
        user = create_user(username=name, is_superuser=role == "superuser")
        User.objects.filter(pk=user.pk).update(password=hashed)
        if role in (WRANGLERS, MODERATORS, ARCHIVISTS):
            grant_role(username=name, role=role)


def _import(session: ImportSession) -> Iterator[ImportOutcome]:
    for path in sorted((demo_folder() / "works").glob("*.txt")):
        yield from session.import_file(path.read_bytes(), path.name, ImportOptions())


def _invent_counters(ids: list[int]) -> None:
    """Numbers of readers, drawn from the length of each work, so that orders show something."""
    works = list(Work.everything.filter(pk__in=ids, kudos_count=0, hits_count=0))
    for work in works:
        work.hits_count = work.word_count * 3 + (work.pk * 7919) % 997
        work.kudos_count = work.hits_count // (11 + work.pk % 7)
        work.bookmarks_count = work.kudos_count // (5 + work.pk % 4)
        work.comments_count = work.kudos_count // (9 + work.pk % 5)
    Work.everything.bulk_update(
        works, ["hits_count", "kudos_count", "bookmarks_count", "comments_count"]
    )
