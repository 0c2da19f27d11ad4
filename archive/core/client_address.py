"""Whose request it is: the address of the client, as far as it can be trusted."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

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


def _address(request: HttpRequest) -> str:
    remote = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.NUM_PROXIES
    if proxies < 1:
        return remote
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    chain = [part for part in chain if part]
    return chain[-proxies] if len(chain) >= proxies else remote
