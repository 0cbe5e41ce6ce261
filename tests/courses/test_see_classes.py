"""Who sees and who may change which class."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from tests import factories
from tests.courses.scene import Scene
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.courses import queries
from trainer.courses.models import TrainingClass
from trainer.courses.rules import ClassStatus, Half
from trainer.people.models import Congress
from trainer.people.queries import Viewer, viewer_of


@pytest.fixture
def classes(scene: Scene) -> dict[str, TrainingClass]:
    township_term = factories.term(scene.township)
    second = factories.congress("630223002", parent=scene.county)
    return {
        "county": scene.run(1),
        "draft": scene.draft(2),
        "cancelled": scene.run(3, status=ClassStatus.CANCELLED, reason="疫情"),
        "township": factories.training_class(township_term),
        "township draft": factories.training_class(township_term, status=ClassStatus.DRAFT),
        "second township": factories.training_class(factories.term(second)),
    }


def viewer(scene: Scene, who: str) -> Viewer:
    role, _, place = who.partition(" of ")
    scopes: dict[str, Congress] = {
        "county": scene.county,
        "township": scene.township,
        "elsewhere": scene.elsewhere,
    }
    return viewer_of(factories.user(Role(role), scope=scopes.get(place)))


COUNTY, OWN = ["cancelled", "county"], ["township"]
DRAFTS = ["draft", "township draft"]
SEEN = {
    "planner of county": sorted([*COUNTY, *OWN, *DRAFTS, "second township"]),
    "auditor of county": sorted([*COUNTY, *OWN, *DRAFTS, "second township"]),
    "planner of township": sorted([*OWN, "township draft"]),
    "township_officer of township": sorted([*COUNTY, *OWN]),
    "township_officer of county": COUNTY,
    "township_officer of elsewhere": [],
    "planner": [],
    "township_officer": [],
    "deputy": [],
    "administrator of county": [],
}


@pytest.mark.parametrize("who", SEEN)
def test_what_each_role_sees(scene: Scene, classes: dict[str, TrainingClass], who: str) -> None:
    asker = viewer(scene, who)
    ids = db.session.scalars(sa.select(TrainingClass.id).where(queries.visible_classes(asker)))
    own = {row.id: name for name, row in classes.items()}
    assert sorted(own[number] for number in ids if number in own) == SEEN[who]
    for name, row in classes.items():
        if name in SEEN[who]:
            assert queries.class_for(asker, row.id) is row
        else:
            with pytest.raises(NotFound):
                queries.class_for(asker, row.id)


@pytest.mark.parametrize("who", SEEN)
def test_only_planners_change(scene: Scene, classes: dict[str, TrainingClass], who: str) -> None:
    asker = viewer(scene, who)
    allowed = SEEN[who] if who.startswith("planner") else []
    for name, row in classes.items():
        if name in allowed:
            assert queries.class_to_change(asker, row.id, lock=True) is row
        else:
            with pytest.raises(NotFound):
                queries.class_to_change(asker, row.id)


def test_half_days_in_order_without_cancelled_sessions(scene: Scene) -> None:
    row, other = scene.run(1), scene.run(2)
    factories.class_session(other)
    late = factories.class_session(row, start="10:30", end="12:00")
    early = factories.class_session(row, start="08:30", end="10:15")
    evening = factories.class_session(row, start="19:00", end="20:30")
    factories.class_session(row, start="14:00", end="17:00", cancelled_at=row.changed_at)
    next_day = factories.class_session(row, date(2017, 6, 6), start="14:00", end="17:00")
    assert queries.half_days(row) == [
        (date(2017, 6, 5), Half.MORNING, [early, late]),
        (date(2017, 6, 5), Half.EVENING, [evening]),
        (date(2017, 6, 6), Half.AFTERNOON, [next_day]),
    ]
    assert queries.half_days(scene.draft(3)) == []
