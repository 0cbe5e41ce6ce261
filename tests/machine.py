"""Prepares the machine for the tests: installs the browser and the database server when it may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

NEEDED: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    "calcurse": lambda: shutil.which("calcurse") is not None,
    "dovecot-imapd": lambda: shutil.which("dovecot") is not None,
    "khal": lambda: shutil.which("khal") is not None,
    "vdirsyncer": lambda: shutil.which("vdirsyncer") is not None,
    "default-jre-headless": lambda: shutil.which("java") is not None,
    "fonts-noto-cjk": lambda: Path("/usr/share/fonts/opentype/noto").exists(),
}


def main() -> None:
    """Install what is missing with apt-get when this is Debian and we are root."""
    missing = [package for package, present in NEEDED.items() if not present()]
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", *missing]):
            subprocess.run(["apt-get", *command], check=True, env=environment)
        return
    sys.stderr.write(f"Missing, so their tests are skipped: {', '.join(missing)}\n")


if __name__ == "__main__":
    main()
