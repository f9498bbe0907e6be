"""Whether only programs of this machine can reach an address."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address


def is_loopback(host: str) -> bool:
    """Whether a server on `host`, an address or a name, is reached from this machine only.

    A name that cannot be resolved counts as reached by others.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(_is_local(str(place[0])) for *_, place in found)


def _is_local(address: str) -> bool:
    known = ip_address(address)
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return (mapped or known).is_loopback
