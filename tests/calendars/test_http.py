"""What feeds answer over HTTP: points 19 to 26."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from tests import factories
from tests.calendars.bytecheck import check
from tests.calendars.conftest import PLANNER, County
from tests.calendars.phone import check_headers
from tests.conftest import make_app
from trainer.calendars import http, service, texts
from trainer.calendars.reader import Reader
from trainer.calendars.rules import REVOKED_GRACE, FeedKind
from trainer.calendars.site import site_of
from trainer.core.database import db
from trainer.core.limits import limiter

PERSON = FeedKind.PERSON


def test_whatever_the_client_asks_for_it_gets_the_calendar(county: County) -> None:
    phone = county.phone(PERSON)
    for headers in (
        {"Accept": "text/html"},
        {"Authorization": "Bearer something"},
        {"Authorization": "Basic !!!"},
        {"Cookie": "trainer=broken; trainer_device=1|x"},
        {"If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
    ):
        answer = phone.ask(**headers)
        assert answer.status_code == 200
        check_headers(answer)
        check(answer.data)


def test_head_has_the_headers_alone(county: County) -> None:
    phone = county.phone(PERSON)
    get = phone.ask()
    head = county.app.test_client().head(phone.path)
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('"{0}"', True),
        ('W/"{0}"', True),
        ('"{0}-gzip"', True),
        ('W/"{0}-gzip"', True),
        ('"{0}--gzip"', True),
        ('"{0};gzip"', True),
        ('"other", "{0}"', True),
        ("{0}", True),
        ("*", True),
        ('"other"', False),
        ('"{0}x"', False),
        ('"-gzip"', False),
        ("", False),
    ],
)
def test_if_none_match_wins_over_if_modified_since(
    county: County, header: str, found: bool
) -> None:
    phone = county.phone(PERSON)
    phone.poll()
    plain = phone.etag.strip('"').removesuffix("-gzip")
    answer = phone.ask(
        If_None_Match=header.format(plain), If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT"
    )
    assert answer.status_code == (304 if found else 200)


@pytest.mark.parametrize(
    ("accept", "gzipped"),
    [
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("x-gzip", True),
        ("deflate, gzip;q=0.5, br", True),
        ("*", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("gzip; q=0.0, *", False),
        ("gzip;q=nonsense", False),
    ],
)
def test_gzip_is_negotiated(accept: str | None, gzipped: bool) -> None:
    assert http.accepts_gzip(accept) is gzipped


def test_both_content_codings_hold_the_same_bytes_under_tags_of_their_own(county: County) -> None:
    phone = county.phone(PERSON)
    plain, packed = phone.ask(), phone.ask(Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.data == phone.ask(Accept_Encoding="gzip").data
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        answer = phone.ask(Accept_Encoding="gzip", If_None_Match=tag)
        assert (answer.status_code, answer.headers["ETag"]) == (304, packed.headers["ETag"])


def test_other_methods_are_refused(county: County) -> None:
    phone = county.phone(PERSON)
    answer = county.app.test_client().post(phone.path)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "token",
    ["x", "1-1-" + "a" * 32, "0-1-" + "a" * 32, "1", "１-1-" + "a" * 32],
)
def test_an_unknown_token_is_404_in_plain_text(county: County, token: str) -> None:
    county.phone(PERSON)
    answer = county.app.test_client().get(f"/feeds/{token}.ics")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Set-Cookie" not in answer.headers


def test_a_true_token_of_no_feed_or_of_a_version_to_come_is_404(county: County) -> None:
    phone, site = county.phone(PERSON), site_of(county.app.config)
    for feed_id, version in ((phone.feed.id + 1, 1), (phone.feed.id, 2)):
        path = f"/feeds/{site.token(feed_id, version)}.ics"
        assert county.app.test_client().get(path).status_code == 404


def test_the_link_is_long_to_guess_short_to_carry_and_derived_from_the_secret(
    county: County,
) -> None:
    phone = county.phone(PERSON)
    token = phone.path.removeprefix("/feeds/").removesuffix(".ics")
    assert len(token.rsplit("-", 1)[1]) * 5 >= 128  # bits, in base 32
    assert len("https://a-rather-long-name-of-a-county.gov.cn" + phone.path) <= 256
    other = site_of({**county.app.config, "SECRET_KEY": "another secret of forty characters......"})
    assert other.read_token(token) is None
    rows = [
        str(row)
        for table in ("feed", "retired_link", "audit_event")
        for row in db.session.execute(db.text(f"SELECT * FROM {table}"))
    ]
    assert not any(token.rsplit("-", 1)[1] in row for row in rows)


def test_a_renewed_link_says_so_for_a_month_and_is_then_gone(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(PERSON)
    phone.poll()
    service.renew_link(phone.feed, by=PLANNER)
    fresh = county.phone(PERSON)
    assert fresh.path != phone.path
    assert fresh.poll() == 200
    assert fresh.titles() == ["报到", "代表法与代表履职", "现场教学"]
    for shift in (timedelta(0), REVOKED_GRACE - timedelta(seconds=1)):
        clock.shift(shift)
        phone.etag, phone.events = "", {}
        assert [phone.poll(), phone.poll()] == [200, 304]
        (event,) = phone.events.values()
        assert (event.summary, event.cancelled) == ("此日历链接已停用，请重新订阅", False)
    clock.shift(timedelta(seconds=1))
    answer = phone.ask(If_None_Match=phone.etag)
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        410,
        "text/plain; charset=utf-8",
    )
    assert fresh.poll() == 304


def test_nothing_of_an_ended_link_follows_the_feed(
    county: County, clock: time_machine.Traveller
) -> None:
    phone = county.phone(PERSON)
    service.revoke_link(phone.feed, by=PLANNER)
    assert phone.poll() == 200
    clock.shift(timedelta(hours=1))
    factories.class_session(county.training_class, title="新课")
    county.training_class.revision += 1
    assert phone.poll() == 304


def test_a_broken_database_is_503_and_no_token_is_logged(
    county: County, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    phone = county.phone(PERSON)

    def fail(*_args: object, **_values: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(Reader, "poll", fail)
    answer = phone.ask()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "a feed could not be served" in caplog.text
    assert phone.path.rsplit("-", 1)[1].removesuffix(".ics") not in caplog.text


def test_a_failing_rendering_is_503_too(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = county.phone(PERSON)

    def fail(*_args: object, **_values: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(texts, "render", fail)
    assert phone.poll() == 503


def test_unknown_tokens_are_limited_per_address_and_a_phone_is_not(
    county: County, request: pytest.FixtureRequest
) -> None:
    phone = county.phone(PERSON)
    url = county.app.config["SQLALCHEMY_DATABASE_URI"]
    db.session.commit()
    limited = make_app(url, RATELIMIT_ENABLED=True)
    request.addfinalizer(_switch_off)
    with limited.app_context():
        limiter.reset()
        client = limited.test_client()
        codes = [client.get("/feeds/unknown.ics").status_code for _ in range(40)]
        assert codes == [404] * 30 + [429] * 10
        answer = client.get("/feeds/unknown.ics")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert int(answer.headers["Retry-After"]) > 0
        assert {client.get(phone.path).status_code for _ in range(40)} == {200}


def _switch_off() -> None:
    limiter.enabled = False
