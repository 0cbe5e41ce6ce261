"""Where this installation is reached, and the name under which its events are known for ever."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from trainer.calendars import ical
from trainer.core import tokens

PURPOSE = "feed"
_LOCAL_ADDRESS = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Site:
    """What feeds need to know of the installation.

    *uid_host* is derived from the secret, as links are: the UIDs of events stay the same when the
    site moves to another address, and differ between installations.
    """

    base_url: str
    uid_host: str
    secret: str

    @cached_property
    def format(self) -> str:
        """A short text that changes when the same rows would give other bytes."""
        facts = repr((ical.FORMAT, self.base_url, self.uid_host))
        return hashlib.blake2b(facts.encode(), digest_size=6).hexdigest()

    def token(self, feed_id: int, version: int) -> str:
        """Return the token of a feed's link."""
        return tokens.make(self.secret, PURPOSE, feed_id, version)

    def read_token(self, token: str) -> tuple[int, int] | None:
        """Return feed id and version of a token that this installation made, else None."""
        return tokens.read(self.secret, PURPOSE, token)

    def class_url(self, class_id: int) -> str:
        """Return the address that leads each reader to the page of a class (`views.class_link`)."""
        return f"{self.base_url}/go/class/{class_id}"


def site_of(config: Mapping[str, Any]) -> Site:
    """Return the site that the application's configuration describes."""
    secret = str(config["SECRET_KEY"])
    name = hmac.new(secret.encode(), b"calendar-uid", hashlib.sha256).hexdigest()[:12]
    return Site(config["BASE_URL"] or _LOCAL_ADDRESS, f"{name}.trainer", secret)
