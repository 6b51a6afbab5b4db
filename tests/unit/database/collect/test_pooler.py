"""A pooler between us and the server that knows no `options`: the connection is made without them."""

from __future__ import annotations

import socket
import struct
import threading

import pytest

from readycheck.database.collect.session import ConnectError, Patience, open_session
from readycheck.database.dsn import parse_dsn


def refuse(listener: socket.socket, message: str, starts: list[bytes]) -> None:
    client, _ = listener.accept()
    with client:
        (length,) = struct.unpack("!I", client.recv(4))
        starts.append(client.recv(length - 4))
        body = f"SFATAL\0C08P01\0M{message}\0\0".encode()
        client.sendall(b"E" + struct.pack("!I", len(body) + 4) + body)


def test_what_a_pooler_does_not_know_is_left_out_at_the_second_try() -> None:
    starts: list[bytes] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve() -> None:
            refuse(listener, "unsupported startup parameter: options", starts)
            refuse(listener, "no such database: chat", starts)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        dsn = parse_dsn(f"postgresql://app:s3cr3t@127.0.0.1:{port}/chat?sslmode=disable&gssencmode=disable")
        with pytest.raises(ConnectError, match="no such database"), open_session(dsn, Patience(connect=5)):
            pytest.fail("there is no server")
        thread.join(10)
    assert b"default_transaction_read_only" in starts[0]
    assert b"options" not in starts[1]
    assert b"readycheck" in starts[1]
