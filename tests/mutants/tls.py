"""TLS in front of an api, as a proxy would end it: a certificate that only the probe trusts, and bytes passed on."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CHUNK = 65_536
STOP_SECONDS = 10.0
SUBJECT = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "200")
KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make_certificate(folder: Path) -> Path:
    """A certificate for this machine with its key, in one file; FileNotFoundError if there is no openssl."""
    both, key = folder / "both.pem", folder / "key.pem"
    words = ["openssl", "req", "-x509", *KEY, *SUBJECT, "-keyout", str(key), "-out", str(both)]
    subprocess.run(words, check=True, capture_output=True, timeout=30)
    both.write_text(both.read_text() + key.read_text())
    return both


@contextmanager
def run_tls(certificate: Path, port: int) -> Iterator[str]:
    """Where the api of that port answers over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):  # the latter at the end, which is ours
            inner, outer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(pass_on(reader, outer), pass_on(inner, writer))

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(STOP_SECONDS)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(stop(server), loop).result(STOP_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOP_SECONDS)
        loop.close()


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All bytes of one direction; the end of it is passed on, too."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # one side is gone, and the other is told so
    finally:
        writer.close()


async def stop(server: asyncio.Server) -> None:
    """Listen no more, and end what still runs."""
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
