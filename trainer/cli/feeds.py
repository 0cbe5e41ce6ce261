"""`trainer feed`: the calendar links of this installation, for whoever hands them out."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import AppGroup

from trainer.accounts.audit import SYSTEM
from trainer.calendars import links, queries, service
from trainer.calendars.rules import FeedKind
from trainer.calendars.site import site_of
from trainer.cli.example import site_url
from trainer.cli.transaction import transaction

feed = AppGroup("feed", help="Calendar feeds.")


@feed.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.option("--host", envvar="HOST", default="127.0.0.1", hidden=True)
@click.option("--port", envvar="PORT", default=8000, type=int, hidden=True)
def list_feeds(*, as_json: bool, host: str, port: int) -> None:
    """Print kind, name and address of every calendar link in force; makes those that are missing.

    A link that was ended stays ended. Published years come last; they need no secret link.
    """
    base = site_url(host, port).rstrip("/")
    with transaction():
        for kind in FeedKind:
            for owner_id in queries.missing(kind):
                service.ensure_feed(kind, owner_id, by=SYSTEM)
        lines = _lines(base)
    if as_json:
        click.echo(json.dumps(lines, ensure_ascii=False, indent=1))
        return
    for line in lines:
        click.echo(f"{line['kind']:<11}{line['url']}  {line['name']}")


def _lines(base: str) -> list[dict[str, str]]:
    site = site_of(current_app.config)
    found = [
        {"kind": kind.value, "name": name, "url": links.addresses(feed, site, base).https}
        for kind in FeedKind
        for feed, name in queries.links_in_force(kind)
    ]
    years = links.published_years(queries.all_published_years(), base)
    return found + [
        {"kind": "year", "name": f"{each.congress} {each.year}", "url": each.link.https}
        for each in years
    ]
