"""`trainer demo`: load the example county."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from trainer.accounts import service
from trainer.cli.demo import load
from trainer.cli.transaction import transaction


def site_url(host: str = "127.0.0.1", port: int = 8000) -> str:
    """Return where the site is reached: TRAINER_BASE_URL, else host and port."""
    return str(current_app.config["BASE_URL"] or f"http://{host}:{port}")


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when the database is not empty.")
@click.option("--host", envvar="HOST", default="127.0.0.1", hidden=True)
@click.option("--port", envvar="PORT", default=8000, type=int, hidden=True)
@with_appcontext
def demo(*, if_empty: bool, host: str, port: int) -> None:
    """Load the example county into an empty database and print how to sign in."""
    if if_empty and not load.is_empty():
        return
    click.echo("Loading the example county …")
    with transaction():
        loaded = load.load()
        token = service.link_token(loaded.deputy, current_app.config["SECRET_KEY"])
    click.echo("\nSign in to the example (these passwords are shown this once):")
    for account in loaded.accounts:
        click.echo(f"  {account.role.label:<22} {account.login:<12} {account.password}")
    click.echo(f"  {'Deputy, personal link':<22} {site_url(host, port)}/me/link/{token}")
    click.echo(f"  {'':<22} last four digits of the phone: {loaded.deputy_digits}\n")
