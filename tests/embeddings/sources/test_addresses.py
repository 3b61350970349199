"""Addresses: what is public, what is not in any of its forms, and names that change where they lead."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import httpcore
import pytest

from embeddings.errors import ArticleError
from embeddings.sources import FetchRules
from embeddings.sources.addresses import is_public, look_up, vetted
from embeddings.sources.fetching import Fetcher
from tests.news_site import Site, html, moved, page, serving

PUBLIC = (
    "93.184.216.34",
    "1.1.1.1",
    "2606:4700:4700::1111",
    "64:ff9b::5db8:d822",
    "2002:5db8:d822::1",
    "::ffff:1.1.1.1",
)
PRIVATE = (
    ("127.0.0.1", "loopback"),
    ("127.255.0.9", "loopback"),
    ("::1", "loopback"),
    ("10.0.0.1", "private"),
    ("172.16.0.1", "private"),
    ("192.168.1.1", "private"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "metadata"),
    ("169.254.169.254", "metadata, link-local"),
    ("100.100.100.200", "metadata, shared"),
    ("168.63.129.16", "metadata"),
    ("192.0.0.192", "metadata"),
    ("fe80::1", "link-local"),
    ("fe80::1%eth0", "link-local with a zone"),
    ("fec0::1", "site-local"),
    ("100.64.0.1", "shared by customers"),
    ("0.0.0.0", "this host"),  # noqa: S104 - it is refused
    ("0.1.2.3", "this network"),
    ("::", "unspecified"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.250", "multicast"),
    ("ff02::1", "multicast"),
    ("ff0e::1", "multicast, global"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "broadcast"),
    ("192.0.2.1", "documentation"),
    ("198.51.100.1", "documentation"),
    ("203.0.113.1", "documentation"),
    ("2001:db8::1", "documentation"),
    ("3fff::1", "documentation"),
    ("198.18.0.1", "benchmarks"),
    ("192.88.99.1", "6to4 relay"),
    ("100::1", "discard"),
    ("4000::1", "unassigned"),
    ("::ffff:127.0.0.1", "IPv4 in IPv6, mapped"),
    ("::ffff:169.254.169.254", "IPv4 in IPv6, mapped"),
    ("::127.0.0.1", "IPv4 in IPv6, compatible"),
    ("::ffff:0:127.0.0.1", "IPv4 in IPv6, translated"),
    ("64:ff9b::7f00:1", "NAT64"),
    ("64:ff9b::a9fe:a9fe", "NAT64"),
    ("64:ff9b:1::7f00:1", "NAT64, local"),
    ("2002:7f00:1::1", "6to4"),
    ("2002:a00:1::1", "6to4"),
    ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
    ("2606:4700::5efe:7f00:1", "ISATAP"),
    ("2606:4700::200:5efe:a00:1", "ISATAP"),
)
LITERALS = (
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "①②⑦.⓪.⓪.①",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    """An address of the public internet is let through, in each of its forms."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(("address", "why"), PRIVATE)
def test_addresses_that_are_not_public(address: str, why: str) -> None:
    """An address that is not of the public internet is refused, also where it hides in another."""
    assert not is_public(ip_address(address)), why


@pytest.mark.parametrize("host", LITERALS)
def test_ways_to_write_this_machine(host: str) -> None:
    """However this machine is written as a host, nothing is fetched from it."""
    with serving({"/": html(page())}) as site:
        with pytest.raises(ArticleError):
            Fetcher(FetchRules(ports=(site.port,), seconds=3)).fetch(f"http://{host}:{site.port}/")
        assert site.asked == []


def test_a_name_with_one_bad_address() -> None:
    """A name is refused where any of its addresses is not public."""
    with pytest.raises(ArticleError, match=r"^its site news\.example has no address of the public"):
        vetted("news.example", 80, 1.0, lambda *_: ["93.184.216.34", "10.0.0.1"])
    assert vetted("news.example", 80, 1.0, lambda *_: ["93.184.216.34"]) == ["93.184.216.34"]
    assert vetted("intranet", 80, 1.0, lambda *_: ["10.1.2.3"], ["10.1.0.0/16"]) == ["10.1.2.3"]


def test_names_that_are_not_known() -> None:
    """A name that cannot be looked up is one sentence."""
    for host in ("no-such-site.invalid", "a..b", "x" * 70 + ".com"):
        with pytest.raises(ArticleError, match=r"^its site .* (is not known|was not found in time): "):
            look_up(host, 80, 10.0)


# --- names that change where they lead -------------------------------------------------------------------------------


class Rebinding:
    """A resolver that answers each look-up with the next address, and the last one ever after."""

    def __init__(self, *answers: str) -> None:
        self.left = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int, seconds: float) -> Sequence[str]:
        self.asked += 1
        return [self.left.pop(0) if len(self.left) > 1 else self.left[0]]


class World(httpcore.SyncBackend):
    """A network where every address but the `dead` leads to `site`; `dialled` are those that were asked for."""

    def __init__(self, site: Site, dead: Sequence[str] = ()) -> None:
        self.site = site
        self.dead = dead
        self.dialled: list[str] = []

    def connect_tcp(self, host: str, port: int, *rest: object, **more: object) -> httpcore.NetworkStream:
        self.dialled.append(host)
        if host in self.dead:
            raise httpcore.ConnectError
        return super().connect_tcp("127.0.0.1", self.site.port, 5.0)


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {
        "/": html(page()),
        "/again": moved("/"),
        "/other": moved("http://other.example/"),
    }
    with serving(pages, robots=html("", 404)) as running:
        yield running


def test_a_name_is_looked_up_once_for_a_connection(site: Site) -> None:
    """The connection goes to the very address that was checked: what the name leads to a moment later is not asked."""
    names, world = Rebinding("93.184.216.34", "93.184.216.34", "127.0.0.1"), World(site)
    assert Fetcher(resolve=names, wire=world).fetch("http://news.example/").data
    assert (names.asked, world.dialled) == (2, ["93.184.216.34", "93.184.216.34"])  # for robots.txt, and for the page


@pytest.mark.parametrize("second", [address for address, _ in PRIVATE if "%" not in address])
def test_a_name_that_turns_private(site: Site, second: str) -> None:
    """A name that leads to a public address first, and to another one next, is refused when it does."""
    names, world = Rebinding("93.184.216.34", second), World(site)
    with pytest.raises(ArticleError, match=r"^its site news\.example has no address of the public internet"):
        Fetcher(resolve=names, wire=world).fetch("http://news.example/")
    assert (world.dialled, site.asked) == (["93.184.216.34"], ["/robots.txt"])


def test_a_name_that_turns_private_on_a_redirect(site: Site) -> None:
    """A redirect to the same name is looked up and checked anew."""
    names, world = Rebinding("93.184.216.34", "93.184.216.34", "192.168.0.1"), World(site)
    with pytest.raises(ArticleError, match=r"^its site news\.example has no address of the public"):
        Fetcher(resolve=names, wire=world).fetch("http://news.example/again")
    assert world.dialled == ["93.184.216.34"] * 2
    assert site.asked == ["/robots.txt", "/again"]


def test_a_redirect_to_a_private_name(site: Site) -> None:
    """A redirect to another name is checked before anything is asked of it, robots.txt included."""
    names, world = Rebinding("93.184.216.34", "93.184.216.34", "10.0.0.1"), World(site)
    with pytest.raises(ArticleError, match=r"^its site other\.example has no address of the public"):
        Fetcher(resolve=names, wire=world).fetch("http://news.example/other")
    assert site.asked == ["/robots.txt", "/other"]


def test_a_site_at_several_addresses(site: Site) -> None:
    """Where one of a site's addresses does not answer, the next is asked."""
    world = World(site, dead=("2606:4700::1", "93.184.216.33"))
    addresses = ["2606:4700::1", "93.184.216.33", "93.184.216.34"]
    assert Fetcher(resolve=lambda *_: addresses, wire=world).fetch("http://news.example/").data
    assert world.dialled == addresses * 2
    dead = World(site, dead=addresses)
    with pytest.raises(
        ArticleError, match=r"^its site cannot be reached: check the link, and that this machine is onl"
    ):
        Fetcher(resolve=lambda *_: addresses, wire=dead).fetch("http://news.example/")


# --- certificates ----------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> Path:
    """A file with a key and a certificate of its own for `name`."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(
            subject, subject, key.public_key(), x509.random_serial_number(), now, now.replace(year=now.year + 1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_certificates_are_checked_against_the_name(tmp_path: Path) -> None:
    """The connection goes to an address, and still the certificate must be that of the host's name."""
    file = certificate(tmp_path, "news.example")
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(file)
    trusted = ssl.create_default_context(cafile=str(file))
    with serving({"/": html(page())}, tls=ours) as site:
        fetcher = Fetcher(resolve=Rebinding("93.184.216.34"), wire=World(site), trusted=trusted)
        assert fetcher.fetch("https://news.example/").url == "https://news.example/"
        with pytest.raises(
            ArticleError, match=r"^its site's certificate is not valid \(hostname mismatch.*check the link$"
        ):
            fetcher.fetch("https://bank.example/")
        with pytest.raises(
            ArticleError, match=r"^its site's certificate is not valid \(self.signed certificate\): check"
        ):
            Fetcher(resolve=Rebinding("93.184.216.34"), wire=World(site)).fetch("https://news.example/")
