"""Refusals as the security log sees them: of forms without their token, of rights, of haste."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views import csrf

from archive.accounts.security_log import record
from archive.core.client_address import client_network
from archive.core.counters import Rule, count

_EVENTS = {403: "permission.denied", 429: "throttled"}
_NOTED = 5
_SECONDS = 300


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that came without its token; noted as what it is."""
    answer: HttpResponse = csrf.csrf_failure(request, reason, template_name="403_csrf.html")
    answer.is_noted = True  # type: ignore[attr-defined]  # read by RefusalLogMiddleware below
    _note(request, "csrf.failed", reason)
    return answer


class RefusalLogMiddleware:
    """Notes answers that refuse something, of one client a few in five minutes.

    More would let anybody fill the log.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then note."""
        answer = self.get_response(request)
        event = _EVENTS.get(answer.status_code)
        if event and not getattr(answer, "is_noted", False):
            _note(request, event)
        return answer


def _note(request: HttpRequest, event: str, detail: str = "") -> None:
    rule = Rule("noted", f"{event}|{client_network(request)}", _NOTED, _SECONDS)
    if not any(entry.is_exceeded for entry in count([rule])):
        record(event, request=request, detail=detail)
