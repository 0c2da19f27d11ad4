"""How often somebody may try to sign in: exact counts, and never a lock-out of an account.

Only failed tries count. Beyond the limit of a name from an address, or of an address, nothing is
compared any more; beyond the limit of a name every further try is slow, so that guessing from many
addresses gets nowhere and the owner still gets in.
"""

import hashlib
import threading
import time
import unicodedata
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from archive.core.client_address import client_network
from archive.core.counters import Rule, count, forget, take_back
from archive.core.errors import TooMany
from archive.core.said import say

_SLOW_AT_ONCE = 2
_BUSY_SECONDS = 5
_slow = threading.BoundedSemaphore(_SLOW_AT_ONCE)


@dataclass(frozen=True)
class SignInTry:
    """One try, from its admission to its end.

    ``admit`` before the password is compared, ``succeed`` when it was right; a try that just ends
    has failed and stays counted.
    """

    name: str
    network: str
    is_admin: bool = False

    def admit(self) -> None:
        """Count the try. Raises TooMany when nothing more may be compared for a while."""
        counts = count(self._refusing())
        over = [entry for entry in counts if entry.is_exceeded]
        if over:
            wait = max(entry.reset for entry in over)
            raise TooMany(
                say("There were too many tries that failed. Wait a while, then try again."),
                code="auth.too_many",
                retry_after=wait,
            )
        if any(entry.is_exceeded for entry in count(self._slowing())):
            self._wait()

    def succeed(self) -> None:
        """The password was right: what was counted for this try is no guess."""
        forget(self._rules("sign_in_pair"))
        take_back([*self._rules("sign_in_net", "sign_in_admin"), *self._slowing()])

    def _refusing(self) -> list[Rule]:
        names = ["sign_in_pair", "sign_in_net"]
        return self._rules(*names, *(["sign_in_admin"] if self.is_admin else []))

    def _slowing(self) -> list[Rule]:
        return self._rules("sign_in_name")

    def _rules(self, *scopes: str) -> list[Rule]:
        keys = {
            "sign_in_pair": f"{self.name}|{self.network}",
            "sign_in_name": self.name,
        }
        return [
            Rule(scope, keys.get(scope, self.network), *settings.SIGN_IN_LIMITS[scope])
            for scope in scopes
            if scope in settings.SIGN_IN_LIMITS
        ]

    def _wait(self) -> None:
        """Take a while; few at once, so that a flood of tries cannot hold all threads."""
        if not _slow.acquire(blocking=False):
            raise TooMany(
                say("Many people try to sign in to this account. Try again in a moment."),
                code="auth.too_many",
                retry_after=_BUSY_SECONDS,
            )
        try:
            time.sleep(settings.SIGN_IN_DELAY_SECONDS)
        finally:
            _slow.release()


def sign_in_try(request: HttpRequest, username: str, *, is_admin: bool = False) -> SignInTry:
    """A try of this request to sign in under a name; the name is kept as a hash only."""
    folded = unicodedata.normalize("NFKC", username).casefold().strip()
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return SignInTry(digest, client_network(request), is_admin=is_admin)
