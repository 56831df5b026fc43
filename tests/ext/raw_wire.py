"""A websocket whose bytes the test itself cuts, glues, answers and leaves unread."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import struct

from rest_client import TIMEOUT, Client
from tornado.util import _websocket_mask_python as masked

TEXT, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x0, 0x8, 0x9, 0xA


def frame(payload: bytes, *, opcode: int = TEXT, last: bool = True) -> bytes:
    """One frame as a client sends it (RFC 6455, section 5.2)."""
    head = bytes([(0x80 if last else 0) | opcode])
    if len(payload) < 126:
        head += bytes([0x80 | len(payload)])
    elif len(payload) < 65_536:
        head += struct.pack("!BH", 0x80 | 126, len(payload))
    else:
        head += struct.pack("!BQ", 0x80 | 127, len(payload))
    mask = os.urandom(4)
    return head + mask + masked(mask, payload)


def update(seq: int, code: str) -> bytes:
    """A numbered update, as the payload of a frame."""
    return json.dumps({"message_type": "code_update", "seq": seq, "code": code, "document": {"uri": "main"}}).encode()


class Wire:
    """One open websocket; it answers no ping by itself."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, client: Client, session_id: str, *, buffer: int | None = None, with_it: bytes = b"") -> Wire:
        """Open the session's websocket; with `buffer`, hold that many bytes unread and then let the sender wait.

        `with_it` is sent in the packet of the request.
        """
        line = socket.create_connection(("127.0.0.1", client.port))
        if buffer is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        reader, writer = await asyncio.open_connection(sock=line, limit=buffer or 65_536)
        client.ends.append(writer.close)
        lines = [
            f"GET {client.base}/ws/session/{session_id} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            f"Authorization: token {client.token}",
        ]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + with_it)
        answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), TIMEOUT)
        assert answer.startswith(b"HTTP/1.1 101"), answer
        return cls(reader, writer)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hear(self) -> tuple[int, bytes]:
        """The opcode and payload of the next frame of the server, which has no mask."""
        async with asyncio.timeout(TIMEOUT):
            first, length = await self.reader.readexactly(2)
            if length == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            return first & 0x0F, await self.reader.readexactly(length)

    async def acks(self, upto: int) -> list[int]:
        """The numbers that are acknowledged, until this one."""
        heard: list[int] = []
        while not heard or heard[-1] < upto:
            opcode, payload = await self.hear()
            if opcode == TEXT:
                heard.append(json.loads(payload)["seq"])
        return heard
