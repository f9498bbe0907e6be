"""What a proxy says about its client counts only when the proxy is one that the settings name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from werkzeug.http import parse_list_header
from werkzeug.middleware.proxy_fix import ProxyFix

from semsearch.settings import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FOR, _PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
_HEADERS = (_FOR, _PROTO, "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX")


class Proxies:
    """A WSGI application that takes the client's address, scheme and host name from named proxies only."""

    def __init__(self, app: WSGIApplication, proxies: Sequence[Network]) -> None:
        self._app = app
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_proxy(_address(environ.get("REMOTE_ADDR", ""))):
            for header in _HEADERS:
                environ.pop(header, None)
            return self._app(environ, start_response)
        schemes = parse_list_header(environ.get(_PROTO, ""))
        if schemes and schemes[-1] not in ("http", "https"):
            del environ[_PROTO]
        hops = self._hops(parse_list_header(environ.get(_FOR, "")))
        return ProxyFix(self._app, x_for=hops, x_proto=1, x_host=1)(environ, start_response)

    def _hops(self, addresses: Sequence[str]) -> int:
        """The place of the client in X-Forwarded-For, counted from the end; 0 if it is not there.

        Each proxy appends the address that it was called from. What stands before the first address that is
        no proxy of ours may be a lie.
        """
        hops = 0
        for text in reversed(addresses):
            address = _address(text)
            if address is None:
                break
            hops += 1
            if not self._is_proxy(address):
                break
        return hops

    def _is_proxy(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._proxies)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
