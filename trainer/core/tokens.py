"""Unguessable addresses that a copy of the database does not give away.

A token is ``<id>-<version>-<mac>``: the mac is HMAC-SHA-256 (RFC 2104) of purpose, id and version
under the application's secret, cut to 160 bits. It can be shown again at any time and is renewed
by raising the version.
"""

from __future__ import annotations

import base64
import hmac
import re

_MAC_BYTES = 20
_PATTERN = re.compile(r"([1-9][0-9]{0,17})-([1-9][0-9]{0,8})-([a-z2-7]{32})", re.ASCII)


def _mac(secret: str, purpose: str, number: int, version: int) -> str:
    message = f"{purpose}:{number}:{version}".encode()
    digest = hmac.digest(secret.encode(), message, "sha256")[:_MAC_BYTES]
    return base64.b32encode(digest).decode().lower()


def make(secret: str, purpose: str, number: int, version: int) -> str:
    """Return the token of object *number* in its *version* for *purpose*."""
    return f"{number}-{version}-{_mac(secret, purpose, number, version)}"


def read(secret: str, purpose: str, token: str) -> tuple[int, int] | None:
    """Return (number, version) of a token that *secret* made for *purpose*, else None."""
    match = _PATTERN.fullmatch(token)
    if match is None:
        return None
    number, version = int(match[1]), int(match[2])
    if not hmac.compare_digest(match[3], _mac(secret, purpose, number, version)):
        return None
    return number, version
