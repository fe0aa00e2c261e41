"""Whose request it is, when proxies stand between: only proxies that were named are believed."""

import ipaddress
from collections.abc import Sequence

from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_MAPPED_BITS = 96


def behind_proxies(app: ASGIApp, *, trusted: Sequence[str]) -> ASGIApp:
    """ASGI middleware: takes client address and scheme from the headers of trusted proxies.

    The client is the rightmost address of X-Forwarded-For that is no trusted proxy: what stands further left may be
    the client's own invention.
    """
    names = [name for network in trusted for name in _spellings(network)]
    return ProxyHeadersMiddleware(app, names)  # type: ignore[arg-type,return-value]  # uvicorn's own types of one protocol


def _spellings(network: str) -> list[str]:
    """A listener for both protocols sees IPv4 addresses as ``::ffff:10.0.0.7``."""
    parsed = ipaddress.ip_network(network)
    if isinstance(parsed, ipaddress.IPv6Network):
        return [str(parsed)]
    mapped = f"::ffff:{parsed.network_address}/{_MAPPED_BITS + parsed.prefixlen}"
    return [str(parsed), mapped]


class Networks:
    """A list of addresses and networks. ``peer in networks`` takes any spelling of an address."""

    def __init__(self, listed: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(network) for network in listed]

    def __contains__(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        plain = getattr(address, "ipv4_mapped", None) or address
        return any(spelling in network for network in self._networks for spelling in (address, plain))
