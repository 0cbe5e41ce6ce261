"""The product as people meet it: a server process on its own data folder, and how to sign in."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from flask import Flask

from tests.conftest import SECRET
from trainer import create_app

TRAINER = Path(sys.executable).with_name("trainer")
PATIENCE = 30  # seconds for a server to answer


@dataclass(frozen=True)
class Example:
    """A data folder with the example county, and what `trainer demo` printed about signing in."""

    folder: Path
    passwords: dict[str, str]
    link: str
    digits: str


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a program of the product that works on *folder*."""
    plain = {key: text for key, text in os.environ.items() if not key.startswith("TRAINER_")}
    return {**plain, "TRAINER_DATA_DIR": str(folder), "TRAINER_SECRET_KEY": SECRET}


def trainer(folder: Path, *command: str) -> str:
    """Run the program `trainer` on *folder* and return what it printed."""
    done = subprocess.run(
        [TRAINER, *command], env=environment(folder), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def migrate(folder: Path) -> Path:
    """Make an empty database in a new *folder*."""
    folder.mkdir(parents=True)
    trainer(folder, "db", "upgrade")
    return folder


def load_example(folder: Path) -> Example:
    """Make a database in a new *folder* and load the example county into it."""
    printed = trainer(migrate(folder), "demo")
    accounts = re.findall(r"^ +\S.*? (\w+) +(\S+-\S+-\d{4})$", printed, re.M)
    link = re.search(r"(/me/link/\S+)", printed)
    digits = re.search(r"phone: (\d{4})", printed)
    assert link is not None
    assert digits is not None
    return Example(folder, dict(accounts), link[1], digits[1])


@dataclass
class Site:
    """A server on a data folder; it can be killed and started again."""

    example: Example
    port: int = field(default_factory=lambda: _free_port())
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.example.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [TRAINER, "serve", "--port", str(self.port)],
                env=environment(self.example.folder),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < end, self.log()
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server; SIGKILL ends it in the middle of whatever it does."""
        if self._process is not None:
            os.killpg(self._process.pid, how)
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """Return what the server wrote so far."""
        return (self.example.folder / "server.log").read_text(encoding="utf-8")

    def app(self) -> Flask:
        """Return an application on the same database, to look at rows from the test."""
        return create_app(
            {
                "SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.example.folder / 'trainer.sqlite'}",
                "RATELIMIT_ENABLED": False,
            }
        )


def copy_of(example: Example, folder: Path) -> Example:
    """Return the same county in a folder of its own, to be changed as a test likes."""
    shutil.copytree(example.folder, folder)
    return Example(folder, example.passwords, example.link, example.digits)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
