"""The command `trainer`."""

from __future__ import annotations

import sys

from flask.cli import FlaskGroup

import config
from trainer import create_app

main = FlaskGroup(
    name="trainer",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    help="Training planner and tracker for newly elected deputies.",
)


def run() -> None:
    """Run the command line; a bad configuration is one sentence, not a traceback."""
    try:
        main()
    except config.ConfigurationError as error:
        sys.exit(f"trainer: {error}")


if __name__ == "__main__":
    run()
