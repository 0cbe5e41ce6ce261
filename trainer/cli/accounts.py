"""`trainer user …`: accounts without a browser."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from trainer.accounts import service
from trainer.accounts.audit import SYSTEM
from trainer.accounts.models import User
from trainer.accounts.rules import STAFF, Role
from trainer.cli.transaction import Refusal, transaction
from trainer.core.database import db
from trainer.people.models import Congress, Scope


@click.group()
def user() -> None:
    """Manage accounts."""


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice(sorted(role.value for role in STAFF)))
@click.option("--congress", help="Code of the congress whose subtree the account works in.")
@click.password_option(help="Asked for when left out.")
@with_appcontext
def create(login: str, name: str, role: str, congress: str | None, password: str) -> None:
    """Create a staff account."""
    with transaction():
        place = None
        if congress is not None:
            place = db.session.scalar(sa.select(Congress).where(Congress.code == congress))
            if place is None:
                raise Refusal(f"There is no congress with the code {congress}.")
        account = service.create_user(
            login=login, name=name, role=Role(role), password=password, by=SYSTEM
        )
        if place is not None:
            db.session.add(Scope(user_id=account.id, congress_id=place.id))
    click.echo(f"Created {login}.")


@user.command()
@click.argument("login")
@with_appcontext
def password(login: str) -> None:
    """Give a staff account a new password, printed once, and unlock it."""
    with transaction():
        account = db.session.scalar(
            sa.select(User).where(User.login == login, User.role != Role.DEPUTY)
        )
        if account is None:
            raise Refusal(f"There is no staff account with the sign-in name {login}.")
        new = service.make_password()
        service.reset_password(account, new=new, by=SYSTEM)
    click.echo(new)
