"""A caller of the gateway over sockets of its own: small enough for thousands of requests a second, and free to leave when it likes."""

import asyncio
import json

DIALECTS = ("chat", "responses", "messages", "gemini")


def request(dialect, model, prompt, stream, limit=64):
    """Path and body of a question."""
    turns = [{"role": "user", "content": prompt}]
    if dialect == "chat":
        return "/v1/chat/completions", {"model": model, "messages": turns, "stream": stream, "max_completion_tokens": limit}
    if dialect == "responses":
        return "/v1/responses", {"model": model, "input": prompt, "stream": stream, "max_output_tokens": limit}
    if dialect == "messages":
        return "/v1/messages", {"model": model, "messages": turns, "stream": stream, "max_tokens": limit}
    path = f"/v1beta/models/{model}:" + ("streamGenerateContent?alt=sse" if stream else "generateContent")
    contents = [{"role": "user", "parts": [{"text": prompt}]}]
    return path, {"contents": contents, "generationConfig": {"maxOutputTokens": limit}}


class Broken(Exception):
    """The connection ended before the answer did."""


class Caller:
    """One connection, opened anew when it is gone."""

    def __init__(self, port, key=None):
        self.port, self.key = port, key
        self.reader = self.writer = None

    async def ask(self, path, body, headers=(), leave=False):
        """Status and body of the answer; a caller who leaves hangs up at the first bytes of it."""
        data = json.dumps(body).encode()
        lines = [f"POST {path} HTTP/1.1", "host: localhost", "content-type: application/json", f"content-length: {len(data)}"]
        if self.key:
            lines.append(f"authorization: Bearer {self.key}")
        lines += [f"{name}: {value}" for name, value in headers]
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
            self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
            await self.writer.drain()
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            status = int(head[9:12])
            if leave:
                await self.reader.read(1)
                self.close()
                return status, b""
            content = await self.body(head)
            if "connection: close" in head:
                self.close()
            return status, content
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
            self.close()
            raise Broken(f"{type(error).__name__}: {error}") from error

    async def body(self, head):
        if "transfer-encoding: chunked" not in head:
            length = next(int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:"))
            return await self.reader.readexactly(length)
        parts = []
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return b"".join(parts)

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None
