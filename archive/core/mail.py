"""Mail: sent once the change that it tells of is certain, and never in the way of that change."""

import logging
import threading

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

logger = logging.getLogger(__name__)


def send_later(*, to: str, subject: str, text: str) -> None:
    """Send a mail when the transaction at hand is kept; without an address nothing is sent.

    A mail server that is away is noted in the log: nobody's act fails for it.
    """
    if not to:
        return
    line = " ".join(f"[{settings.SITE_NAME}] {subject}".split())[:200]
    message = EmailMessage(
        line,
        f"{text.rstrip()}\n\n{settings.SITE_NAME}\n{settings.BASE_URL}/\n",
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    transaction.on_commit(lambda: _post(message))


def _post(message: EmailMessage) -> None:
    """Beside the request, so that its length tells nobody whether a mail was sent."""
    if settings.MAIL_IN_BACKGROUND:
        threading.Thread(target=_send, args=[message], name="mail", daemon=True).start()
    else:
        _send(message)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except OSError as error:  # all that smtplib raises, and a disk that is full
        logger.error("A mail could not be sent: %s", type(error).__name__)
