"""The application under test and its references, as one WSGI application for one server.

Paths under ``/reference/`` are answered by a bare Flask application of three views: an empty one
that returns 304, one that returns constant bytes, and the plain implementation of a feed, which
queries, builds and serialises it at each request.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import icalendar
import sqlalchemy as sa
from flask import Flask, Response
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, joinedload

from trainer import create_app
from trainer.core import clock
from trainer.courses.models import ClassSession, TrainingClass
from trainer.enrolment.models import Enrolment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

REFERENCE = "/reference/"


def _plain_event(row: ClassSession) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"session-{row.id}@plain")
    event.add("dtstamp", row.changed_at)
    event.add("sequence", row.sequence)
    event.add("summary", f"{row.title} · {row.training_class.name}")
    event.add("dtstart", clock.local(row.starts_at))
    event.add("dtend", clock.local(row.ends_at))
    event.add("location", row.place)
    event.add("description", row.training_class.bring)
    return event


def _reference(url: str, constant: bytes) -> Flask:
    """Return the bare application of references."""
    app = Flask("reference")
    engine = sa.create_engine(url)

    @app.get(f"{REFERENCE}empty")
    def empty() -> ResponseReturnValue:
        return Response(status=304)

    @app.get(f"{REFERENCE}constant")
    def same() -> ResponseReturnValue:
        return Response(constant, content_type="text/calendar; charset=utf-8")

    @app.get(f"{REFERENCE}plain/<int:person_id>")
    def plain(person_id: int) -> ResponseReturnValue:
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "plain")
        query = (
            sa.select(ClassSession)
            .join(Enrolment, Enrolment.class_id == ClassSession.class_id)
            .join(TrainingClass, ClassSession.class_id == TrainingClass.id)
            .where(Enrolment.person_id == person_id)
            .options(joinedload(ClassSession.training_class))
        )
        with Session(engine) as session:
            for row in session.scalars(query):
                calendar.add_component(_plain_event(row))
        return Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8")

    return app


def application() -> object:
    """Return the WSGI application of the benchmark's server."""
    product = create_app()
    constant = Path(os.environ["BENCH_CONSTANT"]).read_bytes()
    reference = _reference(product.config["SQLALCHEMY_DATABASE_URI"], constant)

    def dispatch(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chosen = reference if environ["PATH_INFO"].startswith(REFERENCE) else product
        return chosen(environ, start_response)

    return dispatch
