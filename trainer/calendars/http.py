"""What a calendar client asks and is answered: validators, content coding, headers (RFC 9110)."""

from __future__ import annotations

import re
from functools import lru_cache

_ETAG = re.compile(r'(?:W/)?"([^"]*)"')
HEADERS = (
    ("Cache-Control", "private, no-cache"),  # kept by the client alone, asked about each time
    ("Vary", "Accept-Encoding"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
)
CALENDAR = "text/calendar; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
SUFFIX = "-gzip"


def entity_tag(etag: str, *, gzipped: bool) -> str:
    """Return the strong ETag of a representation; each content coding has its own (8.8.3.3)."""
    return f'"{etag}{SUFFIX}"' if gzipped else f'"{etag}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Tell whether If-None-Match names the feed's *etag*.

    Weak ones count, as section 13.1.2 wants, and so does a proxy's suffix for its own gzip.
    """
    if not if_none_match:
        return False
    if if_none_match == f'"{etag}"':
        return True
    if if_none_match.strip() == "*":
        return True
    named = _ETAG.findall(if_none_match) or [if_none_match.strip()]
    return any(re.sub(r"[-;]{1,2}gzip$", "", tag) == etag for tag in named)


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str | None) -> bool:
    """Tell whether Accept-Encoding allows gzip (section 12.5.3)."""
    weights: dict[str, float] = {}
    for part in (accept_encoding or "").lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        weights[coding] = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                weights[coding] = _weight(parameter[2:])
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
