"""A web site on loopback, for tests of what fetches pages: newspapers as they are, and as somebody means harm."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from tests.made_files import docx, paragraphs_pdf

Answer = Callable[[BaseHTTPRequestHandler], None]

COUNCIL = "The town council of Orne has decided to keep the old ferry, it said on Monday."
REASONS = "Mayor Ines Kader said that 400 people use it every day, and that a bridge would cost 14 million euros."
VOTES = "Seven members voted for it, and five against. The ferry was built in 1931, and needs a new engine by spring."
LONG = " ".join(f"In year {year} the ferry carried {year * 3} people across the river." for year in range(1970, 2010))


def page(
    *paragraphs: str, title: str = "Ferry to stay", head: str = "", before: str = "", after: str = "", around: str = ""
) -> str:
    """A newspaper's page: an article with navigation, a cookie notice and a foot around it."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or (COUNCIL, REASONS, VOTES))
    return (
        f"<!doctype html><html><head><title>{title} | The Orne Post</title><meta charset='utf-8'>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/news'>News</a></li></ul></nav>"
        "<div class='cookie-banner'><p>We and our 842 partners use cookies. Choose what you agree to.</p></div>"
        f"{around}<article><h1>{title}</h1>{before}{text}{after}</article>"
        "<aside><h3>Most read</h3><a href='/storm'>Storm tears roof off school in Vell</a></aside>"
        "<footer><p>© The Orne Post. All rights reserved. Terms of use. Imprint.</p></footer></body></html>"
    )


STATED = """<meta property="og:title" content="Ferry to stay"><meta property="og:site_name" content="The Orne Post">
<link rel="canonical" href="/2021/ferry-to-stay?utm_source=home">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",
"headline": "Ferry to stay", "datePublished": "2021-04-12T09:30:00+02:00", "dateModified": "2022-01-01T00:00:00+01:00",
"author": [{"@type": "Person", "name": "Ada Lind"}, {"@type": "Person", "name": "Max Roe"}]}]}</script>"""
PAID = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8
FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>The Orne Post</title>
<link>{site}/</link>{items}</channel></rss>"""


def html(text: str, status: int = 200) -> Answer:
    return sent(text.encode(), "text/html; charset=utf-8", status)


def sent(data: bytes, media_type: str | None, status: int = 200, **headers: str) -> Answer:
    """A whole answer; `headers` are written with _ for -."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        if media_type:
            request.send_header("Content-Type", media_type)
        for name, value in {"Content_Length": str(len(data)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(data)

    return answer


def moved(location: str, status: int = 302) -> Answer:
    return sent(b"", None, status, Location=location)


def endless(request: BaseHTTPRequestHandler) -> None:
    """A page that never ends, as fast as it is read."""
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.end_headers()
    for number in count():
        request.wfile.write(f"<p>And then there came another paragraph, number {number}.</p>".encode() * 200)


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A page of which a byte comes now and then."""
    request.send_response(200)
    request.send_header("Content-Type", "text/html")
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b" ")
        time.sleep(0.05)


def dripping_headers(request: BaseHTTPRequestHandler) -> None:
    """Headers without end, one now and then."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        request.wfile.write(b"X-%d: y\r\n" % number)
        time.sleep(0.05)


def silent(request: BaseHTTPRequestHandler) -> None:
    time.sleep(5)


def no_http(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"220 ready\r\n" * 3)


def wants_a_cookie(request: BaseHTTPRequestHandler) -> None:
    """A page that comes only with the cookie that it set."""
    if "Cookie" in request.headers:
        html(page())(request)
    else:
        sent(b"", None, 302, Location=request.path, Set_Cookie="seen=1")(request)


def cookie_free(request: BaseHTTPRequestHandler) -> None:
    """A page for those who say who they are, and nothing else."""
    told = {name.lower() for name in request.headers} & {"cookie", "authorization", "referer"}
    named = request.headers.get("User-Agent", "").startswith("saidwhat/") and not told
    (html(page(title="Ferry for programs")) if named else html("", 403))(request)


PAGES: dict[str, Answer] = {
    "/2021/ferry": html(
        page(
            head=STATED,
            before="<p class='byline'>By Ada Lind</p><figure><img src='f.jpg'><figcaption>The ferry in May."
            " Photo: Jo Berg</figcaption></figure>",
            after="<p class='image-caption'>A drawing of the engine.</p><section id='comments'><h2>Comments</h2>"
            "<div class='comment'><p>I never liked that ferry, said nobody.</p></div></section>",
        )
    ),
    "/moved": moved("/plain-page", 301),
    "/plain-page": html(page(title="Ferry, plainly")),
    "/chain/1": moved("/chain/2", 303),
    "/chain/2": moved("chain/../3", 307),
    "/chain/3": moved("//{host}/chain-end", 308),
    "/chain-end": html(page(title="Ferry after a chain")),
    "/loop": moved("/loop"),
    "/ping": moved("/pong"),
    "/pong": moved("/ping"),
    "/to-metadata": moved("http://169.254.169.254/latest/meta-data/"),
    "/to-file": moved("file:///etc/passwd"),
    "/to-ssh": moved("http://{name}:22/"),
    "/to-password": moved("http://admin:secret@{host}/plain-page"),
    "/to-nothing": moved("http://[::bad/"),
    "/picture": sent(PICTURE, "image/png"),
    "/film": sent(b"", "video/mp4", Content_Length="99999999999"),
    "/lying": sent(PICTURE, "text/html"),
    "/endless": endless,
    "/bomb": sent(gzip.compress(bytes(40_000_000)), "text/html", Content_Encoding="gzip"),
    "/zipped": sent(gzip.compress(page(title="Ferry, zipped").encode()), "text/html", Content_Encoding="gzip"),
    "/bad-gzip": sent(gzip.compress(page().encode())[:-40] + b"x" * 40, "text/html", Content_Encoding="gzip"),
    "/cut-gzip": sent(gzip.compress(page().encode())[:-40], "text/html", Content_Encoding="gzip"),
    "/brotli": sent(b"\x0b\x02\x80", "text/html", Content_Encoding="br"),
    "/cut": sent(page().encode(), "text/html", Content_Length="99999"),
    "/no-http": no_http,
    "/empty": html(""),
    "/broken": html(f"<p>Ferry <b>news</p><table><div><p>{COUNCIL}<p>{REASONS}</i><p>{VOTES}<td></html><p"),
    "/nested": html("<div>" * 60_000 + COUNCIL + REASONS),
    "/no-date": html(page(title="Ferry without a date")),
    "/no-type": sent(page(title="Ferry of no type").encode(), None),
    "/stub": html(page(COUNCIL, "Subscribe to go on reading.", head=PAID)),
    "/paid": html(page(COUNCIL, LONG, title="Ferry for subscribers", head=PAID)),
    "/scripts": html("<html><body><div id='app'></div><noscript>Please enable JavaScript.</noscript></body></html>"),
    "/windows": sent(page("“Wir behalten die Fähre”, sagte Bürgermeisterin Kader am Montag in Orne der Zeitung.", VOTES,
        title="Fähre bleibt").replace("<meta charset='utf-8'>", "").encode("cp1252"), "text/html; charset=iso-8859-1"),
    "/koi8": sent(page("Паром останется, сообщил городской совет в понедельник жителям города.", VOTES,
        title="Паром останется").replace("utf-8", "koi8-r").encode("koi8-r"), "text/html"),
    "/kept-from-robots/ferry": html(page()),
    "/print?id=7": html(page()),
    "/cookies": wants_a_cookie,
    "/cookie-free": cookie_free,
    "/no-content": sent(b"", None, 204),
    "/login": html("", 401),
    "/forbidden": html("", 403),
    "/missing": html("", 404),
    "/gone": html("", 410),
    "/busy": html("", 429),
    "/fault": html("", 503),
    "/elsewhere": html(page(title="Ferry elsewhere", head='<link rel="canonical" href="https://example.com/ferry">')),
    "/front-page": html(page(title="Ferry of the front page", head='<link rel="canonical" href="/">')),
    "/minutes.pdf": sent(
        paragraphs_pdf("Minutes of the council", [[COUNCIL[:44], COUNCIL[45:]], [VOTES]]), "application/pdf"
    ),
    "/minutes.docx": sent(docx([("Title", "Minutes in Word"), ("Normal", COUNCIL)]), "application/octet-stream"),
    "/minutes.txt": sent(f"Minutes as text\n\n{COUNCIL}\n".encode(), "text/plain"),
    "/minutes.md": sent(f"# Minutes in *Markdown*\n\n{COUNCIL}\n".encode(), "text/plain"),
    "/minutes.json": sent(b'{"title": "Minutes in JSON", "text": "The ferry stays."}', "application/json"),
    "/feed": sent(FEED.format(site="", items="").encode(), "application/rss+xml"),
    "/dripping": dripping,
    "/dripping-headers": dripping_headers,
    "/silent": silent,
}  # fmt: skip
ROBOTS = "User-agent: *\nDisallow: /kept-from-robots/\nDisallow: /*?id=\n\nUser-agent: other\nDisallow: /\n"


class Site:
    """What runs: `pages` may be changed, and `asked` are the paths that were asked for."""

    def __init__(self, port: int, pages: dict[str, Answer]) -> None:
        self.port = port
        self.pages = pages
        self.asked: list[str] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serving(
    pages: dict[str, Answer], robots: Answer | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[Site]:
    """The site with `pages`, until the end of the context."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            self.close_connection = True
            with suppress(OSError):
                site.pages.get(self.path, html("", 404))(self)

        def send_header(self, keyword: str, value: str) -> None:
            host = self.headers["Host"]
            super().send_header(keyword, value.replace("{host}", host).replace("{name}", host.rpartition(":")[0]))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site = Site(server.server_port, {"/robots.txt": robots or sent(ROBOTS.encode(), "text/plain"), **pages})
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
