"""The command-line tool: each command is one transaction."""

from __future__ import annotations

from flask import Flask

from trainer.cli import accounts, backups, example, feeds, rosters, server


def register_commands(app: Flask) -> None:
    """Add our commands to those of the migration tool (`trainer db …`)."""
    for command in (
        server.serve,
        server.work,
        accounts.user,
        backups.backup,
        backups.restore,
        example.demo,
        rosters.roster,
        feeds.feed,
    ):
        app.cli.add_command(command)
