"""Venues with their rooms, and lecturers."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests import factories
from tests.conftest import SignIn, counted_queries
from tests.courses.scene import Scene, verbs
from trainer.accounts.rules import Role
from trainer.core.database import Model, db
from trainer.core.errors import Invalid, Refused
from trainer.courses import resources
from trainer.courses.models import Lecturer, Room, Venue
from trainer.courses.resources import LecturerFacts, RoomFacts, VenueFacts
from trainer.courses.rules import Rank


@pytest.fixture
def planner(scene: Scene, sign_in: SignIn) -> FlaskClient:
    factories.venue(scene.elsewhere, "邻县党校")
    factories.lecturer(scene.elsewhere, "邻县教授")
    return sign_in(scene.planner)


def count(table: type[Model]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_names_are_taken_once_per_congress(scene: Scene) -> None:
    county: dict[str, Any] = {"congress_id": scene.county.id, "by": scene.by}
    venue = resources.create_venue(facts=VenueFacts("党校"), **county)
    room = resources.create_room(venue, facts=RoomFacts("报告厅", 100), by=scene.by)
    lecturer = resources.create_lecturer(facts=LecturerFacts("王教授", "党校"), **county)
    second = resources.create_venue(facts=VenueFacts("大学"), **county)
    resources.create_room(second, facts=RoomFacts("报告厅", 50), by=scene.by)
    resources.create_lecturer(facts=LecturerFacts("王教授", "大学"), **county)
    resources.create_venue(facts=VenueFacts("党校"), congress_id=scene.elsewhere.id, by=scene.by)
    for act in (
        lambda: resources.create_venue(facts=VenueFacts("党校"), **county),
        lambda: resources.edit_venue(second, facts=VenueFacts("党校"), by=scene.by),
        lambda: resources.create_room(venue, facts=RoomFacts("报告厅", 9), by=scene.by),
        lambda: resources.create_lecturer(facts=LecturerFacts("王教授", "党校"), **county),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.field == "name"
    assert (venue.name, room.name, lecturer.name) == ("党校", "报告厅", "王教授")
    assert (count(Venue), count(Room), count(Lecturer)) == (3, 2, 2)


def test_coordinates_both_or_none(scene: Scene) -> None:
    for facts, field in (
        (VenueFacts("党校", latitude=36.8), "longitude"),
        (VenueFacts("党校", longitude=101.9), "latitude"),
    ):
        with pytest.raises(Invalid) as refusal:
            resources.create_venue(facts=facts, congress_id=scene.county.id, by=scene.by)
        assert refusal.value.field == field


def test_delete_only_what_was_never_used(scene: Scene) -> None:
    venue, other = factories.venue(scene.county), factories.venue(scene.county, "党校")
    room = factories.add(Room(venue_id=venue.id, name="报告厅", seats=100))
    unused = factories.add(Room(venue_id=other.id, name="教室", seats=30))
    lecturer, idle = factories.lecturer(scene.county), factories.lecturer(scene.county, "李教授")
    factories.class_session(scene.run(), lecturer_id=lecturer.id, room_id=room.id)
    for act in (
        partial(resources.delete_venue, venue),
        partial(resources.delete_room, room),
        partial(resources.delete_lecturer, lecturer),
    ):
        with pytest.raises(Refused, match="Classes use this entry"):
            act(by=scene.by)
    resources.delete_room(unused, by=scene.by)
    resources.delete_venue(other, by=scene.by)
    resources.delete_lecturer(idle, by=scene.by)
    assert verbs() == ["room.delete", "venue.delete", "lecturer.delete"]
    assert (count(Venue), count(Room), count(Lecturer)) == (1, 1, 1)


def test_a_venue_of_a_class_is_in_use(scene: Scene) -> None:
    venue = factories.venue(scene.county)
    scene.run(venue_id=venue.id)
    with pytest.raises(Refused):
        resources.delete_venue(venue, by=scene.by)


def test_the_pages_of_a_venue(scene: Scene, planner: FlaskClient) -> None:
    data = {"name": "党校", "address": "威远镇", "latitude": "36.8406", "longitude": "101.9575"}
    assert planner.post("/classes/venues/new", data=data).location == "/classes/venues"
    venue = db.session.query(Venue).filter_by(name="党校").one()
    assert (venue.congress_id, venue.latitude, venue.longitude) == (
        scene.county.id,
        36.8406,
        101.9575,
    )
    address = f"/classes/venues/{venue.id}"
    again = planner.post("/classes/venues/new", data=data)
    assert again.status_code == 422
    assert "已有同名的培训地点。" in again.get_data(as_text=True)
    room = {"name": "报告厅", "seats": "100"}
    assert planner.post(f"{address}/rooms/new", data=room).location == address
    assert planner.post(f"{address}/rooms/new", data=room).status_code == 422
    page = planner.get(address).get_data(as_text=True)
    assert 'value="36.8406"' in page
    assert "报告厅" in page
    kept = db.session.query(Room).one()
    changed = planner.post(f"/classes/rooms/{kept.id}", data={"name": "大厅", "seats": "90"})
    assert (changed.status_code, changed.location) == (303, address)
    listed = planner.get("/classes/venues").get_data(as_text=True)
    assert "大厅" in listed
    assert "邻县党校" not in listed
    assert planner.post(address, data={"name": "新党校", "address": ""}).status_code == 303
    db.session.refresh(venue)
    assert (venue.name, venue.address, venue.latitude) == ("新党校", "", None)
    deletions = [f"/classes/rooms/{kept.id}/delete", f"{address}/delete"]
    assert [planner.post(path).status_code for path in deletions] == [303, 303]
    assert [planner.post(path).status_code for path in deletions] == [404, 404]


def test_the_pages_of_a_lecturer(scene: Scene, planner: FlaskClient) -> None:
    data = {"name": "王教授", "unit": "党校", "rank": "full"}
    assert planner.post("/classes/lecturers/new", data=data).location == "/classes/lecturers"
    again = planner.post("/classes/lecturers/new", data=data)
    assert again.status_code == 422
    assert "该单位已有同名授课人。" in again.get_data(as_text=True)
    row = db.session.query(Lecturer).filter_by(name="王教授").one()
    assert (row.congress_id, row.rank) == (scene.county.id, Rank.FULL)
    address = f"/classes/lecturers/{row.id}"
    assert 'value="党校"' in planner.get(address).get_data(as_text=True)
    assert planner.post(address, data={**data, "unit": "大学"}).status_code == 303
    listed = planner.get("/classes/lecturers?q=大学").get_data(as_text=True)
    assert "王教授" in listed
    assert "邻县教授" not in planner.get("/classes/lecturers").get_data(as_text=True)
    statuses = [planner.post(f"{address}/delete").status_code for _time in range(2)]
    assert statuses == [303, 404]


WRONG = [
    ("venues/new", "name", ""),
    ("venues/new", "address", "长" * 161),
    ("venues/new", "latitude", "91"),
    ("venues/new", "longitude", "东经"),
    ("rooms", "name", ""),
    ("rooms", "seats", "0"),
    ("lecturers/new", "name", "名" * 61),
    ("lecturers/new", "rank", "king"),
]


@pytest.mark.parametrize(("page", "field", "typed"), WRONG)
def test_wrong_input(scene: Scene, planner: FlaskClient, page: str, field: str, typed: str) -> None:
    venue = factories.venue(scene.county)
    path = f"venues/{venue.id}/rooms/new" if page == "rooms" else page
    good = {"name": "记得我", "seats": "30", "rank": "other", "latitude": "1", "longitude": "1"}
    answer = planner.post(f"/classes/{path}", data={**good, field: typed})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text
    assert field == "rank" or f'value="{typed}"' in text
    assert field == "name" or 'value="记得我"' in text


@pytest.mark.parametrize("kind", ["venues", "lecturers"])
def test_who_may(scene: Scene, sign_in: SignIn, planner: FlaskClient, kind: str) -> None:
    venue, lecturer = factories.venue(scene.county), factories.lecturer(scene.county)
    room = factories.add(Room(venue_id=venue.id, name="报告厅", seats=100))
    pages = [f"venues/{venue.id}", f"rooms/{room.id}", f"lecturers/{lecturer.id}", f"{kind}/new"]
    allowed = {role: sign_in(scene.user(role)).get(f"/classes/{kind}").status_code for role in Role}
    assert allowed == {
        Role.PLANNER: 200,
        Role.AUDITOR: 200,
        Role.TOWNSHIP_OFFICER: 403,
        Role.ADMINISTRATOR: 403,
        Role.DEPUTY: 403,
    }
    auditor = sign_in(scene.user(Role.AUDITOR))
    assert [auditor.get(f"/classes/{page}").status_code for page in pages] == [403] * 4
    stranger = sign_in(factories.user(Role.PLANNER, scope=scene.elsewhere))
    assert [stranger.get(f"/classes/{page}").status_code for page in pages[:3]] == [404] * 3


@pytest.mark.parametrize("kind", ["venues", "lecturers"])
def test_queries_do_not_grow_with_rows(scene: Scene, planner: FlaskClient, kind: str) -> None:
    def rows(first: int, last: int) -> int:
        for number in range(first, last):
            venue = factories.venue(scene.county, f"地点{number:02}")
            factories.add(Room(venue_id=venue.id, name="报告厅", seats=100))
            factories.lecturer(scene.county, f"教授{number:02}")
        with counted_queries() as statements:
            assert planner.get(f"/classes/{kind}").status_code == 200
        return len(statements)

    assert rows(0, 1) == rows(1, 30)


@pytest.mark.parametrize(
    ("kind", "sentence"), [("venues", "还没有培训地点"), ("lecturers", "还没有授课人")]
)
def test_empty_lists(planner: FlaskClient, kind: str, sentence: str) -> None:
    assert sentence in planner.get(f"/classes/{kind}").get_data(as_text=True)
    assert "没有符合条件的" in planner.get(f"/classes/{kind}?q=%25").get_data(as_text=True)
