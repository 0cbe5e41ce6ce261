"""Error pages: the right status, a sentence, advice, in both languages, whatever is broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy.orm.exc import StaleDataError

from tests import factories
from tests.accounts.stage import account
from tests.conftest import Browser
from trainer.accounts.access import public, signed_in
from trainer.accounts.models import User
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused, Stale
from trainer.core.requests import keep_changes
from trainer.core.text import noop

SignIn = Callable[[User], FlaskClient]
WORDS = {
    400: ("无法识别该请求", "The request was not understood"),
    403: ("您无权查看此页面", "You may not see this page"),
    404: ("页面不存在", "There is nothing at this address"),
    405: ("不支持这种访问方式", "This address is not used in this way"),
    409: ("已有他人先行修改", "Somebody else was quicker"),
    413: ("文件过大", "The file is too large"),
    422: ("未能保存", "This could not be saved"),
    429: ("访问过于频繁", "Too many requests"),
    500: ("系统出现故障", "Something broke on our side"),
}
RAISED: dict[str, Callable[[], Exception]] = {
    "refused": lambda: Refused(noop("You cannot change your own role.")),
    "invalid": lambda: Invalid(noop("This seat has already ended.")),
    "stale": lambda: Stale(noop("You cannot change your own role.")),
    "stale-row": lambda: StaleDataError(),
    "twice": lambda: sa.exc.IntegrityError("INSERT", {}, Exception("UNIQUE")),
    "broken": lambda: RuntimeError("secret detail"),
}


@pytest.fixture(autouse=True)
def broken_views(app: Flask) -> None:
    """Views that end in every way a view can end."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.route("/test/<int:code>", methods=["GET", "POST"])
    @public
    def code(code: int) -> str:
        abort(code)

    @app.post("/test/<kind>")
    @signed_in
    def raised(kind: str) -> str:
        factories.user(login="half-done")
        if "keep" in request.args:
            keep_changes()
        raise RAISED[kind]()


@pytest.mark.parametrize("language", [0, 1], ids=["zh", "en"])
@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_code_has_its_page(client: FlaskClient, code: int, language: int) -> None:
    client.set_cookie("trainer_locale", ("zh", "en")[language])
    answer = client.get(f"/test/{code}")
    assert (answer.status_code, answer.mimetype) == (code, "text/html")
    assert f"<h1>{WORDS[code][language]}</h1>" in answer.text
    assert 'class="btn btn-primary" href="/' in answer.text


@pytest.mark.parametrize(("code", "shown"), [(418, 400), (410, 400), (502, 500)])
def test_other_codes_keep_their_status(client: FlaskClient, code: int, shown: int) -> None:
    answer = client.get(f"/test/{code}")
    assert (answer.status_code, WORDS[shown][0] in answer.text) == (code, True)


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/sign-out")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (
        405,
        {"POST", "OPTIONS"},
    )


def test_a_request_that_is_too_large_is_told_so(app: Flask, client: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/sign-in", data={"login": "x" * 2000})
    assert (answer.status_code, WORDS[413][0] in answer.text) == (413, True)


@pytest.mark.parametrize(
    ("kind", "status", "sentence"),
    [
        ("refused", 409, "不能修改自己的角色"),
        ("invalid", 422, "终止"),
        ("stale", 409, "不能修改自己的角色"),
        ("stale-row", 409, WORDS[409][0]),
        ("twice", 409, WORDS[409][0]),
        ("broken", 500, WORDS[500][0]),
    ],
)
def test_what_a_view_raises_is_a_page_and_undoes_all(
    sign_in: SignIn, kind: str, status: int, sentence: str
) -> None:
    answer = sign_in(account(name="李规划")).post(f"/test/{kind}")
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert ("李规划" in answer.text, "secret detail" in answer.text) == (True, False)
    assert db.session.query(User).filter_by(login="half-done").count() == 0


def test_a_refusal_may_keep_what_it_wrote(sign_in: SignIn) -> None:
    assert sign_in(account()).post("/test/refused?keep=1").status_code == 409
    assert db.session.query(User).filter_by(login="half-done").count() == 1


def test_the_page_stands_without_a_database(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(account(name="李规划"))
    client.set_cookie("trainer_locale", "en")
    db.session.remove()
    db.engine.dispose()

    def down(*_: object) -> None:
        raise sa.exc.OperationalError("BEGIN", {}, Exception("disk I/O error"))

    sa.event.listen(db.engine, "begin", down)
    for answer in (client.get("/"), client.post("/test/refused"), client.get("/nowhere")):
        assert answer.status_code in (404, 500)
        assert "李规划" not in answer.text
        assert "<h1>" in answer.text
    assert WORDS[500][1] in client.get("/").text
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json) == (503, {"status": "the database does not answer"})
    assert client.get("/healthz").json == {"status": "ok"}
    sa.event.remove(db.engine, "begin", down)
    assert client.get("/readyz").json == {"status": "ok"}


def test_a_commit_that_fails_is_a_page(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(account())
    db.session.remove()

    def full(_session: object) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, Exception("disk full"))

    sa.event.listen(db.session, "before_commit", full)
    monkeypatch.setattr(Browser, "open", FlaskClient.open)  # which commits for the test
    answer = client.post("/settings", data={"locale": "en"})
    sa.event.remove(db.session, "before_commit", full)
    assert (answer.status_code, WORDS[500][1] in answer.text) == (500, True)
    assert db.session.query(User.locale).scalar() == "zh"
