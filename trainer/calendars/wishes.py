"""Who wants invitations by e-mail, and what deputies answered to them: wishes, never facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from trainer.accounts.audit import Actor, audit
from trainer.calendars import service
from trainer.calendars.imip import Reply
from trainer.calendars.models import Invitation, InvitationAddress
from trainer.calendars.rules import FeedKind, Wish
from trainer.calendars.site import Site
from trainer.core.database import db
from trainer.courses.models import ClassSession
from trainer.enrolment.models import Enrolment
from trainer.enrolment.queries import visible_enrolments
from trainer.people.models import Delegation, Person
from trainer.people.queries import Viewer


def address_of(person_id: int) -> str:
    """Return where a deputy wants invitations, empty when none are wanted."""
    row = db.session.get(InvitationAddress, person_id)
    return row.address if row is not None else ""


def set_address(person_id: int, address: str, *, by: Actor) -> None:
    """Send invitations to *address* from now on; an empty one ends them."""
    row = db.session.get(InvitationAddress, person_id)
    person = db.session.get_one(Person, person_id)
    before = {"address": row.address} if row else {}
    if (row.address if row else "") == address:
        return
    if not address:
        db.session.delete(row)
    elif row is None:
        service.ensure_feed(FeedKind.PERSON, person_id, by=by)
        db.session.add(InvitationAddress(person_id=person_id, address=address))
    else:
        row.address = address
    after = {"address": address} if address else {}
    audit("person.settings", person, by=by, before=before, after=after)


@dataclass
class Answers:
    """What one deputy answered to the invitations to a class."""

    person: str
    delegation: str
    counted: dict[Wish, int] = field(default_factory=lambda: defaultdict(int))


def of_class(viewer: Viewer, class_id: int) -> Sequence[Answers]:
    """Return what the deputies whom the viewer looks after answered for a class; one statement."""
    rows = db.session.execute(
        sa.select(
            Person.id, Person.name, Delegation.name, Invitation.wish, sa.func.count().label("n")
        )
        .join(ClassSession, ClassSession.id == Invitation.session_id)
        .join(
            Enrolment,
            sa.and_(
                Enrolment.person_id == Invitation.person_id,
                Enrolment.class_id == ClassSession.class_id,
            ),
        )
        .join(Person, Person.id == Invitation.person_id)
        .join(Delegation, Delegation.id == Enrolment.delegation_id)
        .where(
            ClassSession.class_id == class_id,
            Invitation.cancelled.is_(False),
            visible_enrolments(viewer),
        )
        .group_by(Person.id, Person.name, Person.sort_name, Delegation.name, Invitation.wish)
        .order_by(Person.sort_name, Person.id, Invitation.wish)
    )
    found: dict[int, Answers] = {}
    for key, person, delegation, wish, count in rows:
        found.setdefault(key, Answers(person, delegation)).counted[wish] = count
    return list(found.values())


def of_person(person_id: int) -> Sequence[Invitation]:
    """Return the invitations that hold of a deputy, the earliest first."""
    query = sa.select(Invitation).where(
        Invitation.person_id == person_id, Invitation.cancelled.is_(False)
    )
    return db.session.scalars(query.order_by(Invitation.ends_at, Invitation.session_id)).all()


def note(reply: Reply, site: Site) -> bool:
    """Keep what a reply says; False when it answers no invitation that holds now.

    It must come from the address that was invited, answer the present number, and be no older
    than what is known.
    """
    match = re.fullmatch(r"session-([1-9][0-9]{0,17})@" + re.escape(site.uid_host), reply.uid)
    if match is None:
        return False
    row = db.session.scalar(
        sa.select(Invitation)
        .where(
            Invitation.session_id == int(match[1]),
            sa.func.lower(Invitation.address) == reply.address,
            Invitation.cancelled.is_(False),
            Invitation.sequence <= reply.sequence,
        )
        .limit(1)
    )
    if row is None or (row.wished_at is not None and row.wished_at > reply.at):
        return False
    row.wish, row.wished_at = reply.wish, reply.at
    return True
