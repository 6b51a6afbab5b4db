import asyncio
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from readycheck.model.rule import Json
from readycheck.probe.collect.collector import collect
from readycheck.probe.collect.wire import Wire
from readycheck.probe.exchange import Recording
from readycheck.probe.situation import Limits, Situation
from readycheck.probe.step import Manner, Plan, Step
from readycheck.probe.target import Target

FAST = Limits(requests=100, per_second=1000, at_once=2, timeout=3)
TOKEN = "Bearer s3cr3t-token-of-a"  # noqa: S105 - a test's own
HANDSHAKE = Step("tls/handshake", "GET", "/", "?", manner=Manner.TLS, requests=3, alone=True)
PRIVATE = Step("page/private", "GET", "/me", "?", who="a")
START = Step("page/start", "GET", "/", "?")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that signed itself, with its key."""
    place = tmp_path_factory.mktemp("tls") / "both.pem"
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    more = [
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout",
        str(place),
        "-out",
        f"{place}.crt",
    ]
    try:
        subprocess.run(["openssl", *words, *more], check=True, capture_output=True, timeout=30)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    place.write_text(place.read_text() + Path(f"{place}.crt").read_text())
    return place


class Server:
    """A server that keeps what it was sent."""

    def __init__(self, answer: bytes = OK, *, waits: bool = True) -> None:
        self.answer = answer
        self.waits = waits
        self.seen: list[bytes] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await (reader.readuntil(b"\r\n\r\n") if self.waits else reader.read(10)):
                self.seen.append(head)
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass
        finally:
            writer.close()

    def probe(self, steps: Sequence[Step], context: ssl.SSLContext | None, *, https: bool = True) -> Recording:
        async def run() -> Recording:
            async with await asyncio.start_server(self.handle, "127.0.0.1", 0, ssl=context) as server:
                port = server.sockets[0].getsockname()[1]
                target = Target("https" if https else "http", "localhost", port)
                wire = Wire(target, {"a": ("Authorization", TOKEN)}, FAST.timeout)
                return await collect(Plan(tuple(steps), {}), wire, Situation(target, limits=FAST), {})

        return asyncio.run(asyncio.wait_for(run(), 30))


def make_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["http/1.1"])
    return context


def test_a_trusted_certificate_is_verified_and_credentials_are_sent(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = Server()

    recording = server.probe([HANDSHAKE, PRIVATE], make_context(certificate))

    (seen,) = recording.seen("tls")
    assert (seen.data["verified"], seen.data["version"], seen.data["protocol"]) == (True, "TLSv1.3", "http/1.1")
    assert seen.data["old"] == {"TLS 1.0": "refused", "TLS 1.1": "refused"}
    shown = seen.data["certificate"]
    assert isinstance(shown, dict)
    assert (shown["subject"], shown["key"], shown["bits"]) == ("localhost", "EC", 256)
    assert isinstance(shown["days_left"], float)
    assert 29 < shown["days_left"] <= 30
    assert len(server.seen) == 1
    assert TOKEN.encode() in server.seen[0]


def test_where_the_certificate_cannot_be_verified_no_credentials_are_sent(certificate: Path) -> None:
    server = Server()

    recording = server.probe([HANDSHAKE, PRIVATE, START], make_context(certificate))

    (seen,) = recording.seen("tls")
    assert (seen.data["verified"], seen.data["code"]) == (False, 18)
    assert seen.data["version"] == "TLSv1.3"
    assert "no credentials" in recording.unsent["page/private"]
    assert [exchange.step for exchange, _ in recording.answered()] == ["page/start"]
    assert len(server.seen) == 1
    assert not any(b"s3cr3t" in head for head in server.seen)


@pytest.mark.skipif(not ssl.HAS_TLSv1, reason="OpenSSL without TLS 1.0")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_that_are_accepted_are_seen(certificate: Path) -> None:
    context = make_context(certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1

    (seen,) = Server().probe([HANDSHAKE], context).seen("tls")

    assert seen.data["old"] == {"TLS 1.1": "accepted"}
    assert seen.data["version"] == ""


def test_what_speaks_no_tls_gives_no_observation() -> None:
    recording = Server(b"HTTP/1.1 400 Bad Request\r\n\r\n", waits=False).probe([HANDSHAKE, START], None)

    assert recording.observations == ()
    assert recording.exchanges[0].failure.startswith("TLS")


def ask(answer: bytes) -> dict[str, Json]:
    """What a question to plain http on the same host gives; the port is only known when the server runs."""
    server = Server(answer)

    async def run() -> Recording:
        async with await asyncio.start_server(server.handle, "127.0.0.1", 0) as opened:
            port = opened.sockets[0].getsockname()[1]
            target = Target("https", "127.0.0.1", 443, "/base")
            wire = Wire(target, {"a": ("Authorization", TOKEN)}, FAST.timeout)
            step = Step("tls/redirect", "GET", "/", "?", manner=Manner.TLS, options={"port": port})
            return await collect(Plan((step,), {}), wire, Situation(target, limits=FAST), {})

    (seen,) = asyncio.run(asyncio.wait_for(run(), 20)).seen("redirect")
    assert all(head.startswith(b"GET /base/ HTTP/1.1\r\n") and b"s3cr3t" not in head for head in server.seen)
    return {name: value for name, value in seen.data.items() if name not in ("port", "target")}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            b"HTTP/1.1 301 Moved\r\nlocation:  https://127.0.0.1/base/\r\n\r\n",
            {"status": 301, "location": "https://127.0.0.1/base/"},
        ),
        (OK, {"status": 200, "location": ""}),
        (b"SSH-2.0-OpenSSH\r\n\r\n", {"failure": "no HTTP answer"}),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000, {"failure": "a head without end"}),
    ],
)
def test_plain_http_on_the_same_host_is_asked_once_without_credentials(answer: bytes, told: dict[str, Json]) -> None:
    assert ask(answer) == told


def test_a_closed_port_is_told_as_such() -> None:
    target = Target("https", "127.0.0.1", 443)
    step = Step("tls/redirect", "GET", "/", "?", manner=Manner.TLS, options={"port": 1})

    recording = asyncio.run(collect(Plan((step,), {}), Wire(target), Situation(target, limits=FAST), {}))

    assert "refused" in str(recording.seen("redirect")[0].data["failure"])
