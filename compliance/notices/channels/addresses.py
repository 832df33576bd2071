"""Which addresses our outgoing calls may go to: named hosts only, looked up once, and held to."""

import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

# Addresses that carry another one inside, which is the one that is reached in the end.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(Exception):
    """The address is none that we may call."""


@dataclass(frozen=True)
class AllowedAddresses:
    """
    The hosts that may be called ("host" or "host:port"), and the networks beside the public ones.

    Without a port the one of the scheme is meant.
    """

    hosts: Collection[str]
    networks: Collection[IPNetwork] = ()
    is_http_allowed: bool = False


@dataclass(frozen=True)
class Target:
    """An address that may be called: the host by name, and the IP that it was found at."""

    scheme: str
    host: str
    port: int
    ip: str
    path: str

    @property
    def pinned_url(self) -> str:
        """Return the address with the IP in place of the name, so that nobody looks it up again."""
        ip = f"[{self.ip}]" if ":" in self.ip else self.ip
        return f"{self.scheme}://{ip}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        """Return the name that the receiver is called by."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        default = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == default else f"{host}:{self.port}"


def look_up(host: str, port: int) -> list[str]:
    """Return the IPs of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def find_target(url: str, allowed: AllowedAddresses, resolve: Resolver = look_up) -> Target:
    """
    Return where a call may go, with the IP that it must go to.

    ASVS 1.3.6: named hosts only; the name is looked up once, every answer is looked at, and the
    connection is made to what was looked at.

    :raises AddressRefused: if scheme, host, port or any of its IPs is not allowed.
    :raises OSError: if the name is not found.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise AddressRefused from problem
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and allowed.is_http_allowed):
        raise AddressRefused
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused
    if any(ord(each) <= 32 or ord(each) > 126 or each == "\\" for each in url):
        raise AddressRefused
    default = 443 if parts.scheme == "https" else 80
    port = default if port is None else port
    names = {f"{host}:{port}"} | ({host} if port == default else set())
    if not host or not names & set(allowed.hosts):
        raise AddressRefused
    ips = [ipaddress.ip_address(each.partition("%")[0]) for each in resolve(host, port)]
    if not ips or not all(_may_be_called(ip, allowed.networks) for ip in ips):
        raise AddressRefused
    path = parts.path or "/"
    return Target(
        scheme=parts.scheme,
        host=host,
        port=port,
        ip=str(ips[0]),
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def _may_be_called(ip: IPAddress, networks: Collection[IPNetwork]) -> bool:
    if any(ip in network for network in networks if network.version == ip.version):
        return True
    inner = _carried(ip)
    if inner is not None:
        return _may_be_called(inner, networks)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _carried(ip: IPAddress) -> ipaddress.IPv4Address | None:
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo
