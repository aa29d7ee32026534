"""Who asks: the address of the peer, or the one that a trusted proxy tells of."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import Headers

__all__ = ["among", "identity", "shared"]


def identity(peer: str, headers: Headers, proxies: Collection[str]) -> str:
    """Give the client that a request is counted for.

    X-Forwarded-For is read from its right end as far as its addresses are ``proxies``, and only
    where the peer is one: whatever stands further left was written by the client itself.
    """
    found = _plain(peer)
    told = [each.strip() for line in headers.getlist("x-forwarded-for") for each in line.split(",")]
    while among(found, proxies) and told:
        nearer = _plain(told.pop().removeprefix("[").partition("]")[0])
        if not nearer:
            break
        found = nearer
    return shared(found)


def shared(address: str) -> str:
    """Give what counts as one client: an address, of IPv6 the network of 64 bits it is in."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


def among(address: str, proxies: Collection[str]) -> bool:
    """Whether an address, or the network of one client, is one of the proxies."""
    if not address or not proxies:
        return False
    parsed = ip_address(address.partition("/")[0])
    return any(parsed in ip_network(each, strict=False) for each in proxies)


def _plain(address: str) -> str:
    """Give an address as text, an IPv4 one in IPv6 as IPv4; "" for what is none."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
