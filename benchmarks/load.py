"""A load of HTTP requests over 32 kept-open connections: wrk when it is installed, else our own."""

from __future__ import annotations

import asyncio
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 32
_SCRIPT = """
local asked = {}
for line in io.lines(os.getenv("BENCH_REQUESTS")) do
  local path, etag = line:match("^(%S+) ?(.*)$")
  local headers = {}
  if etag ~= "" then headers["If-None-Match"] = etag end
  asked[#asked + 1] = wrk.format("GET", path, headers)
end
function init() math.randomseed(os.time()) end
function request() return asked[math.random(#asked)] end
local wanted = tonumber(os.getenv("BENCH_STATUS"))
function response(status) if status ~= wanted then wrong = (wrong or 0) + 1 end end
function done(summary) io.write("rate ", summary.requests / summary.duration * 1e6, "\\n") end
"""


@dataclass(frozen=True)
class Ask:
    """A request to send: a path, and the ETag that the client has, if any."""

    path: str
    etag: str = ""


def rate(url: str, asked: Sequence[Ask], *, status: int, seconds: float) -> float:
    """Return how many requests a second, drawn at random from *asked*, are answered by *status*."""
    _check(url, asked[0], status)
    if shutil.which("wrk"):
        return _wrk(url, asked, status=status, seconds=seconds)
    return asyncio.run(_own(url, asked, status=status, seconds=seconds))


def _check(url: str, ask: Ask, status: int) -> None:
    """Make sure that the first request is answered as expected."""
    answered = asyncio.run(_once(url, ask))
    if answered != status:
        raise SystemExit(f"{ask.path[:12]}… was answered with {answered}, not {status}")


def _wrk(url: str, asked: Sequence[Ask], *, status: int, seconds: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        script, requests = Path(folder, "load.lua"), Path(folder, "requests")
        script.write_text(_SCRIPT)
        requests.write_text("".join(f"{ask.path} {ask.etag}\n" for ask in asked))
        out = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-s", str(script), url],
            env={"BENCH_REQUESTS": str(requests), "BENCH_STATUS": str(status), "PATH": "/usr/bin"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    return next(float(line.split()[1]) for line in out.splitlines() if line.startswith("rate "))


def _message(host: str, ask: Ask) -> bytes:
    known = f"If-None-Match: {ask.etag}\r\n" if ask.etag else ""
    return f"GET {ask.path} HTTP/1.1\r\nHost: {host}\r\n{known}\r\n".encode()


async def _answer(reader: asyncio.StreamReader) -> int:
    """Read one answer and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    status = int(lines[0].split()[1])
    length = next((line[15:] for line in lines if line.startswith("content-length:")), "0")
    if status not in (204, 304) and int(length):
        await reader.readexactly(int(length))
    return status


async def _once(url: str, ask: Ask) -> int:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(_message(parts.netloc, ask))
    status = await _answer(reader)
    writer.close()
    return status


async def _own(url: str, asked: Sequence[Ask], *, status: int, seconds: float) -> float:
    parts = urlsplit(url)
    messages = [_message(parts.netloc, ask) for ask in asked]
    end = time.perf_counter() + seconds
    answered = 0

    async def client() -> None:
        nonlocal answered
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while time.perf_counter() < end:
            writer.write(random.choice(messages))
            answered += await _answer(reader) == status
        writer.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return answered / seconds
