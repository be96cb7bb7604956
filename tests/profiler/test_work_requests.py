# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Outgoing HTTP requests, against a server that says what it got."""

from __future__ import annotations

import asyncio
import http.client
import http.server
import socket
import threading
import traceback
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.work.work import Requested, Work

from tests.profiler.counted import Project, assert_put_back, counted, counting, here, worked


@dataclass
class Server:
    """A server on this machine, and the request lines that it got."""

    port: int
    got: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    """It redirects /from to /to, and breaks off at /broken the first time."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            made.got.append(f"{self.command} {self.path}")
            if self.path == "/broken" and made.got.count("GET /broken") == 1:
                self.close_connection = True
                return
            moved = self.path == "/from"
            self.send_response(302 if moved else 200)
            if moved:
                self.send_header("Location", "/to")
            length = int(self.headers.get("Content-Length") or 0)
            self.rfile.read(length)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        made = Server(running.server_address[1])
        thread = threading.Thread(target=running.serve_forever, args=(0.02,))
        thread.start()
        yield made
        running.shutdown()
        thread.join()


def by_http_client(server: Server, path: str) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request("GET", path)
        connection.getresponse().read()


def by_urllib(server: Server, path: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(server.url(path), timeout=10) as answer:
        answer.read()


def by_urllib3(server: Server, path: str) -> None:
    urllib3 = pytest.importorskip("urllib3")
    with urllib3.PoolManager() as pool:
        pool.request("GET", server.url(path), timeout=10)


def by_requests(server: Server, path: str) -> None:
    requests = pytest.importorskip("requests")
    with requests.Session() as session:
        session.trust_env = False
        session.get(server.url(path), timeout=10)


def by_httpx(server: Server, path: str, name: str = "httpx") -> None:
    httpx = pytest.importorskip(name)
    with httpx.Client(trust_env=False, follow_redirects=True, timeout=10) as client:
        client.get(server.url(path))


def by_async_httpx(server: Server, path: str, name: str = "httpx") -> None:
    httpx = pytest.importorskip(name)

    async def do() -> None:
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True, timeout=10) as client:
            await client.get(server.url(path))

    asyncio.run(do())


def by_httpx2(server: Server, path: str) -> None:
    by_httpx(server, path, "httpx2")


def by_async_httpx2(server: Server, path: str) -> None:
    by_async_httpx(server, path, "httpx2")


def by_aiohttp(server: Server, path: str) -> None:
    aiohttp = pytest.importorskip("aiohttp")

    async def do() -> None:
        async with aiohttp.ClientSession() as session, session.get(server.url(path)) as answer:
            await answer.read()

    asyncio.run(do())


FOLLOWING = [
    *(by_urllib, by_urllib3, by_requests, by_aiohttp),
    *(by_httpx, by_async_httpx, by_httpx2, by_async_httpx2),
]
LIBRARIES = [by_http_client, *FOLLOWING]
Ask = Callable[[Server, str], None]


@pytest.mark.parametrize("ask", LIBRARIES)
def test_a_request_is_counted_once(server: Server, ask: Ask) -> None:
    """Whatever library asks, and whatever it is built on, with method, host and line."""
    work = counted(lambda: ask(server, "/page"))
    assert server.got == ["GET /page"]
    assert work.requests == 1
    (one,) = work.requested
    assert (one.method, one.host, one.count) == ("GET", server.host, 1)
    assert one.path == "tests/profiler/test_work_requests.py"
    assert one.line is not None
    source = Path(__file__).read_text().splitlines()[one.line - 1]
    assert any(word in source for word in ("get(", "request(", "open(")), source


@pytest.mark.parametrize("ask", FOLLOWING)
def test_a_redirect_is_a_request(server: Server, ask: Ask) -> None:
    """What goes over the wire counts, as the server sees it."""
    work = counted(lambda: ask(server, "/from"))
    assert server.got == ["GET /from", "GET /to"]
    assert work.requests == 2


@pytest.mark.parametrize("ask", [by_urllib3, by_aiohttp])
def test_a_retry_is_a_request(server: Server, ask: Ask) -> None:
    """A request that is sent again is two."""
    work = counted(lambda: ask(server, "/broken"))
    assert server.got == ["GET /broken"] * 2
    assert work.requests == 2


@pytest.mark.parametrize("ask", LIBRARIES)
def test_a_refused_connection_is_no_request(ask: Ask) -> None:
    """Nothing was sent where nobody listened."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))

        def do() -> None:
            with suppress(Exception):
                ask(Server(unheard.getsockname()[1]), "/")

        assert counted(do).requests == 0


def test_lines_and_methods_tell_requests_apart(server: Server) -> None:
    """Requests are grouped by method, host and line, most often first."""
    lines = []

    def do() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
            for _ in range(3):
                lines.append(here() + 1)
                connection.request("GET", "/")
                connection.getresponse().read()
            lines.append(here() + 1)
            connection.request("POST", "/", body=b"x" * 100)
            connection.getresponse().read()

    path = "tests/profiler/test_work_requests.py"
    assert counted(do).requested == (
        Requested("GET", server.host, 3, path, lines[0]),
        Requested("POST", server.host, 1, path, lines[-1]),
    )


def through_proxy_by_urllib(server: Server) -> None:
    proxy = urllib.request.ProxyHandler({"http": server.url()})
    with urllib.request.build_opener(proxy).open("http://shop.test:81/x", timeout=10) as answer:
        answer.read()


def through_proxy_by_httpx(server: Server) -> None:
    httpx = pytest.importorskip("httpx")
    with httpx.Client(proxy=server.url(), timeout=10) as client:
        client.get("http://shop.test:81/x")


@pytest.mark.parametrize("ask", [through_proxy_by_urllib, through_proxy_by_httpx])
def test_a_proxy_is_not_the_host(server: Server, ask: Callable[[Server], None]) -> None:
    """A request through a proxy has the host that it is for."""
    (one,) = counted(lambda: ask(server)).requested
    assert len(server.got) == 1
    assert (one.host, one.count) == ("shop.test:81", 1)


def test_what_is_answered_within_the_program_is_no_request() -> None:
    """Transports that replace the wire send nothing, and so nothing counts."""
    httpx = pytest.importorskip("httpx")
    requests = pytest.importorskip("requests")

    class Fake(requests.adapters.BaseAdapter):  # type: ignore[name-defined,misc]
        def send(self, request: Any, **_: object) -> Any:
            answer = requests.Response()
            answer.status_code = 200
            answer.request = request
            return answer

        def close(self) -> None:
            pass

    def do() -> None:
        transport = httpx.MockTransport(lambda request: httpx.Response(200))
        with httpx.Client(transport=transport) as client:
            client.get("http://shop.test/")
        with requests.Session() as session:
            session.mount("http://", Fake())
            session.get("http://shop.test/")

    assert counted(do).requests == 0


def test_the_line_is_the_projects(server: Server, tmp_path: Path) -> None:
    """The innermost line of the project asked, async or not."""
    pytest.importorskip("httpx")
    names = Project(tmp_path).load(
        "shop/prices.py",
        "import httpx\n\n"
        "def price(url):\n"
        "    with httpx.Client(trust_env=False) as client:\n"
        "        return client.get(url)\n\n"
        "async def aprice(url):\n"
        "    async with httpx.AsyncClient(trust_env=False) as client:\n"
        "        return await client.get(url)\n",
    )

    def do() -> None:
        names["price"](server.url())
        asyncio.run(names["aprice"](server.url()))

    work: Work = counted(do, tmp_path)
    assert {(one.path, one.line) for one in work.requested} == {
        ("shop/prices.py", 5),
        ("shop/prices.py", 9),
    }


@pytest.mark.parametrize("ask", LIBRARIES)
def test_an_error_and_its_traceback_are_those_of_the_program(ask: Ask) -> None:
    """Counting adds no frame to what the program sees."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        nobody = Server(unheard.getsockname()[1])

        def seen() -> list[list[str]]:
            try:
                ask(nobody, "/")
            except Exception as caught:
                error: BaseException | None = caught
                chain = []
                while error is not None:
                    chain.append(traceback.extract_tb(error.__traceback__).format())
                    error = error.__cause__ or error.__context__
                return chain
            return []

        bare = seen()
        assert bare
        with counting() as one, one.window():
            assert seen() == bare


def test_queries_and_requests_are_both_named() -> None:
    """The counters say what they count."""
    with counting() as one:
        assert one.counters == ("queries", "requests")
        assert one.notes == ()
        assert worked(one, lambda: None).requests == 0


def test_stopping_leaves_no_trace() -> None:
    """Every patched method is the one that it was."""
    httpcore = pytest.importorskip("httpcore")
    reqrep = pytest.importorskip("aiohttp.client_reqrep")
    assert_put_back(
        (http.client.HTTPConnection, "endheaders"),
        (httpcore.HTTP11Connection, "_send_request_headers"),
        (httpcore.AsyncHTTP11Connection, "_send_request_headers"),
        (reqrep.ClientRequest, "send"),
    )
