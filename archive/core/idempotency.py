"""A request that is sent twice with the same key acts once and is answered twice.

The key is claimed and the answer kept in the transaction of the change itself: after a crash
there are both or neither, so a repeated request never acts twice and never loses its answer.
Requests that work for long claim their key by themselves; after a crash their claim lapses.
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from archive.core.errors import Conflict, FieldError, InvalidInput
from archive.core.models import KeptAnswer

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
AT_WORK_FOR = timedelta(minutes=2)
_KEY = re.compile(r"\A[\x21-\x7e]{1,255}\Z")
_FORGET_ONE_IN = 50


@dataclass(frozen=True)
class Claim:
    """Who asks what under which key; ``is_long`` for work that cannot be one transaction."""

    scope: str
    key: str
    fingerprint: str
    is_long: bool = False
    keeps_body: bool = True


@dataclass
class Answer:
    """What was answered, to be given again."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_repeated: bool = False


def check_key(text: str) -> str:
    """The key as given. Raises InvalidInput."""
    if _KEY.match(text):
        return text
    detail = f"{HEADER} has 1 to 255 visible ASCII characters, such as a UUID."
    raise InvalidInput(
        detail,
        code="idempotency.key_invalid",
        errors=[FieldError(HEADER, "idempotency.key_invalid", detail)],
    )


def answer_once(claim: Claim, act: Callable[[], Answer]) -> Answer:
    """The answer of ``act``, or the one that the same request got before.

    Only successes are kept: what was refused changed nothing and is tried anew. Raises Conflict
    ``idempotency.reused`` for another request under the same key, ``idempotency.at_work`` while the
    first one is not done, ``idempotency.not_kept`` where the answer held a secret.
    """
    with nullcontext() if claim.is_long else transaction.atomic():
        row = _claimed(claim)
        if row.status:
            return _repeated(row, claim)
        try:
            answer = act()
        except BaseException:
            if claim.is_long:
                row.delete()
            raise
        _keep(row, answer, claim)
        return answer


def _claimed(claim: Claim) -> KeptAnswer:
    """The row of the key: a new one, or that of an earlier request."""
    if secrets.randbelow(_FORGET_ONE_IN) == 0:
        KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    rows = KeptAnswer.objects.filter(scope=claim.scope, key=claim.key)
    rows.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    rows.filter(status=0, created_at__lt=timezone.now() - AT_WORK_FOR).delete()
    row = rows.first()
    if row is None:
        try:
            # Waits for another transaction that has just claimed it.
            with transaction.atomic():
                return KeptAnswer.objects.create(
                    scope=claim.scope, key=claim.key, fingerprint=claim.fingerprint
                )
        except IntegrityError:
            row = rows.get()
    if row.fingerprint != claim.fingerprint:
        raise Conflict(
            f"This {HEADER} came with another request before; take a new key for a new request.",
            code="idempotency.reused",
        )
    if not row.status:
        raise Conflict(
            "The first request with this key is still at work; ask again in a moment.",
            code="idempotency.at_work",
        )
    return row


def _keep(row: KeptAnswer, answer: Answer, claim: Claim) -> None:
    row.status = answer.status
    row.headers = dict(answer.headers)
    if claim.keeps_body and answer.data is not None:
        row.body = json.dumps(answer.data, cls=DjangoJSONEncoder)
    row.save()


def _repeated(row: KeptAnswer, claim: Claim) -> Answer:
    if not claim.keeps_body:
        raise Conflict(
            "This was done already; its answer held a secret that is shown once and not kept.",
            code="idempotency.not_kept",
        )
    data = json.loads(row.body) if row.body else None
    return Answer(row.status, data, row.headers, is_repeated=True)
