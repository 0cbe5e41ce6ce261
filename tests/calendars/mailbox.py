"""A private IMAP server (Dovecot) with one mailbox, for as long as a test needs it."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "nosecret"
_CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
mail_location = maildir:{folder}/mail
first_valid_uid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
"""


def available() -> bool:
    """Tell whether Dovecot is installed."""
    return shutil.which("dovecot") is not None


@contextmanager
def server() -> Iterator[str]:
    """Run the server; give the address of its mailbox, user and password included."""
    folder = Path(tempfile.mkdtemp(prefix="imap"))
    folder.chmod(0o755)  # the server gives up its rights
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "dovecot.conf"
    config.write_text(_CONFIG.format(folder=folder, port=port, password=PASSWORD, **_users()))
    for name in ("mail", "home"):
        (folder / name).mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder / name, "nobody", "nogroup")
    process = subprocess.Popen(
        ["dovecot", "-F", "-c", str(config)],
        env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"},
    )
    try:
        _wait(port, folder)
        yield f"imap://office:{PASSWORD}@127.0.0.1:{port}/INBOX"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _users() -> dict[str, object]:
    me = pwd.getpwuid(os.geteuid())
    if me.pw_uid:
        name, group = me.pw_name, grp.getgrgid(me.pw_gid).gr_name
        own = {"uid": me.pw_uid, "gid": me.pw_gid, "login": name, "internal": name}
        return {**own, "group": group}
    root = {"uid": "nobody", "gid": "nogroup", "login": "dovenull", "internal": "dovecot"}
    return {**root, "group": "dovecot"}


def _wait(port: int, folder: Path) -> None:
    for _ in range(100):
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=10) as box:
                box.login("office", PASSWORD)
        except OSError:
            time.sleep(0.1)
        except imaplib.IMAP4.error:
            time.sleep(0.1)
        else:
            return
    log = folder / "log"
    raise RuntimeError(log.read_text() if log.exists() else "the IMAP server does not answer")
