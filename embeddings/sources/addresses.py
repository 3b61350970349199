"""A host's name in, the addresses out to which a connection may be made: those of the public internet.

A name is looked up once, and the connection goes to an address that was checked: a second look-up might give another.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from embeddings.errors import ArticleError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int, float], Sequence[str]]
"""A host's name, a port and the seconds there are in, its addresses out. Raises ArticleError."""

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052; the last 32 bits are an IPv4 address
_6TO4 = IPv6Network("2002::/16")  # RFC 3056; the next 32 bits are
_REFUSED: tuple[IPv4Network | IPv6Network, ...] = (
    ip_network("0.0.0.0/8"),
    ip_network("100.64.0.0/10"),  # shared by a provider's customers; 100.100.100.200 tells a cloud machine its secrets
    ip_network("168.63.129.16/32"),  # public by its number, and the host of every Azure machine
    ip_network("192.0.0.0/24"),
    ip_network("192.88.99.0/24"),  # 6to4 relays
    ip_network("198.18.0.0/15"),
    ip_network("240.0.0.0/4"),
    ip_network("::/96"),  # the old form of IPv4 in IPv6
    ip_network("64:ff9b:1::/48"),  # NAT64 inside a network
    ip_network("2001::/23"),  # Teredo, which holds an IPv4 address, among others
    ip_network("2001:db8::/32"),
    ip_network("3fff::/20"),
    ip_network("5f00::/16"),
    ip_network("fec0::/10"),
)


def vetted(host: str, port: int, seconds: float, resolve: Resolve, allowed: Sequence[str] = ()) -> list[str]:
    """The addresses of `host`, each of them public or in one of the networks `allowed`.

    Raises ArticleError where it has none, and where any one of them is not public.
    """
    try:
        addresses = [ip_address(host)]
    except ValueError:
        addresses = [ip_address(found) for found in resolve(host, port, seconds)]
    if not addresses:
        raise ArticleError(f"its site {host} has no address: check the link")
    networks = [ip_network(network) for network in allowed]
    for address in addresses:
        if not is_public(address) and not any(address in network for network in networks):
            raise ArticleError(
                f"its site {host} has no address of the public internet: save the page and index the file"
            )
    return list(dict.fromkeys(str(address) for address in addresses))


def is_public(address: Address) -> bool:
    """Whether `address`, and each address that it holds inside, belongs to the public internet."""
    return all(
        one.is_global
        and not (one.is_multicast or one.is_private or one.is_loopback or one.is_link_local or one.is_reserved)
        and not any(one in network for network in _REFUSED)
        for one in _forms(address)
    )


def _forms(address: Address) -> Iterator[Address]:
    """`address`, or the IPv4 address that stands for it where it is only another way of writing one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            yield address.ipv4_mapped
            return
        if address in _NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)
            return
        if address in _6TO4:
            yield IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
            return
        if int(address) >> 32 & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE):  # ISATAP, RFC 5214
            yield IPv4Address(int(address) & 0xFFFFFFFF)
    yield address


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """The addresses that the system knows for `host`, within `seconds`. Raises ArticleError."""
    answer: queue.Queue[list[str] | OSError | UnicodeError] = queue.Queue()

    def ask() -> None:
        try:
            answer.put([str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True).start()  # the system's look-up takes no limit of time
    try:
        found = answer.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise ArticleError(f"its site {host} was not found in time: try again later") from None
    if isinstance(found, Exception):
        raise ArticleError(f"its site {host} is not known: check the link, and that this machine is online") from found
    return found
