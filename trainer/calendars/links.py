"""The addresses of a feed, as people copy, tap or scan them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import segno
from markupsafe import Markup

from trainer.calendars.models import Feed
from trainer.calendars.site import Site


@dataclass(frozen=True)
class Addresses:
    """One link in the forms that clients take."""

    https: str

    @property
    def webcal(self) -> str:
        """The address that a phone opens with its calendar."""
        return "webcal:" + self.https.partition(":")[2]

    @property
    def code(self) -> Markup:
        """A QR code of the address, as inline SVG."""
        code = segno.make(self.https, error="m", micro=False)
        svg: str = code.svg_inline(border=0, svgclass=None, lineclass=None, omitsize=True)
        return Markup(svg)  # noqa: S704  (segno writes numbers only)


@dataclass(frozen=True)
class PublishedYear:
    """The public calendar of a congress's published year."""

    congress: str
    year: int
    link: Addresses


def published_years(years: Iterable[tuple[str, str, int]], base_url: str) -> list[PublishedYear]:
    """Return the public calendars of congresses (name, code) and years; they need no token."""
    return [
        PublishedYear(name, year, Addresses(f"{base_url}/feeds/{code}-{year}.ics"))
        for name, code, year in years
    ]


def addresses(feed: Feed, site: Site, base_url: str) -> Addresses:
    """Return the addresses of a feed's present link at *base_url*."""
    base = base_url.rstrip("/")
    return Addresses(f"{base}/feeds/{site.token(feed.id, feed.version)}.ics")
