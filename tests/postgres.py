"""A private PostgreSQL server for the tests: its own folder, its own socket, thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def available() -> bool:
    """Tell whether a server is installed."""
    return _binaries() is not None


def _run(folder: Path, *command: str) -> None:
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    ids = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **ids)  # type: ignore[call-overload]


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server (as user postgres when root) and give the address of its database."""
    binaries = _binaries()
    assert binaries is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="trainer-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = str(folder / "data")
    control = str(binaries / "pg_ctl")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    try:
        initdb = str(binaries / "initdb")
        _run(
            folder,
            initdb,
            "-D",
            data,
            "-U",
            "trainer",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        _run(folder, control, "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
        yield f"postgresql://trainer@127.0.0.1:{port}/postgres"
    finally:
        _run(folder, control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
