"""Backup and restore: the same rows come back, and nothing is replaced by what is no backup."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import factories
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.people.models import Congress


def _run(app: Flask, *command: str) -> tuple[int, str]:
    db.session.commit()
    db.session.remove()
    done = app.test_cli_runner().invoke(args=list(command))
    return done.exit_code, (done.stderr or done.stdout).strip()


def _names() -> list[str]:
    return list(db.session.scalars(sa.select(Congress.short_name).order_by(Congress.id)))


def _county(name: str = "互助县") -> None:
    factories.congress(short_name=name)


def test_what_was_backed_up_comes_back(each_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    _county()
    code, said = _run(each_app, "backup", str(file))
    assert (code, said.startswith(f"Backed up to {file}")) == (0, True)
    assert file.stat().st_mode & 0o077 == 0, "others may not read it"
    db.session.execute(sa.update(Congress).values(short_name="改过"))
    assert _run(each_app, "restore", str(file), "--replace")[0] == 0
    assert _names() == ["互助县"]


def test_a_backup_does_not_overwrite_a_file(each_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    file.write_text("precious")
    assert _run(each_app, "backup", str(file)) == (
        1,
        f"{file} exists already. Name a new file.",
    )
    assert file.read_text() == "precious"


def test_a_folder_that_is_not_there_is_said(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "kept.backup"
    assert _run(app, "backup", str(file)) == (
        1,
        f"{file} cannot be written: No such file or directory.",
    )


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\0" * 2000])
def test_what_is_no_backup_replaces_nothing(app: Flask, tmp_path: Path, content: bytes) -> None:
    _county()
    file = tmp_path / "bad.backup"
    file.write_bytes(content)
    code, said = _run(app, "restore", str(file), "--replace")
    assert (code, said.startswith(str(file)), len(said.splitlines())) == (1, True, 1)
    assert _names() == ["互助县"]


def test_a_backup_of_a_newer_program_is_refused(app: Flask, tmp_path: Path) -> None:
    _county()
    file = tmp_path / "kept.backup"
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert _run(app, "backup", str(file))[0] == 0
    assert _run(app, "restore", str(file), "--replace") == (
        1,
        f"{file} was written by a newer program (database version 9999).",
    )


def test_a_database_in_use_is_replaced_only_when_asked(each_app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    factories.user(Role.PLANNER, scope=factories.congress(short_name="互助县"))
    assert _run(each_app, "backup", str(file))[0] == 0
    db.session.execute(sa.update(Congress).values(short_name="改过"))
    assert _run(each_app, "restore", str(file)) == (
        1,
        "The database is not empty. With --replace what is in it is lost.",
    )
    assert _names() == ["改过"]
