"""Whose request it is: the address of the client, as far as it can be trusted."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from archive.core.errors import NotAllowed

_IPV6_NETWORK_BITS = 64


def client_network(request: HttpRequest) -> str:
    """The address that limits are counted for; of IPv6 the /64 that one household has.

    ``NUM_PROXIES`` says how many proxies of our own stand before us, each of which adds an entry
    to ``X-Forwarded-For``; everything further left anybody can invent.
    """
    text = _address(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(address), _IPV6_NETWORK_BITS), strict=False))
    return str(address)


def refuse_foreign_origin(request: HttpRequest) -> None:
    """Raise NotAllowed when a browser says that another site sends this request.

    For what guests may write: they have no session, so no token tells their requests from forged
    ones, and only their own page may count as theirs.
    """
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None:
        return
    ours = {urlsplit(settings.BASE_URL).netloc, request.get_host()}
    if urlsplit(origin).netloc not in ours:
        raise NotAllowed("Another site may not send this.", code="origin.foreign")


def _address(request: HttpRequest) -> str:
    remote = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.NUM_PROXIES
    if proxies < 1:
        return remote
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    chain = [part for part in chain if part]
    return chain[-proxies] if len(chain) >= proxies else remote
