"""Shapes of input about classes, sessions, venues and lecturers."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, FileField, StringField, TextAreaField, ValidationError
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)

from trainer.core.forms import (
    Form,
    VersionField,
    WholeNumberField,
    choices,
    must_not_precede,
    text_limits,
)
from trainer.courses.fields import (
    ChoiceField,
    ClockField,
    DayField,
    NumberField,
    optional_id,
    read_day,
)
from trainer.courses.rules import Half, Rank, SessionKind
from trainer.plans.rules import Mode

FILL_IN = _l("Please fill this in.")
LONGEST_PLACE = 120
_SEATS = NumberRange(1, 5000, _l("Write a number from 1 to 5000."))


def _web_address(_form: Form, field: Field) -> None:
    try:
        parts = urlsplit(field.data or "")
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in field.data:
        raise ValidationError(_("Write a whole address that begins with https://"))


def _plain_lines(text: str | None) -> str | None:
    return text.replace("\r\n", "\n") if text else text


class ClassForm(Form):
    """A class; `approval` is taken away for a run of a planned class, `move` for a new one."""

    name = StringField(_l("Class name"), [DataRequired(FILL_IN), Length(max=120)])
    run = WholeNumberField(
        _l("Run number"),
        [InputRequired(FILL_IN), NumberRange(1, 99, _l("Write a number from 1 to 99."))],
    )
    mode = ChoiceField(_l("Mode"), choices=choices(Mode), coerce=Mode)
    approval = StringField(
        _l("Approved by"),
        [Length(max=200)],
        description=_l("Meeting or document that approved this class outside the plan."),
    )
    first_day = DayField(_l("First day"), [InputRequired(FILL_IN)])
    last_day = DayField(_l("Last day"), [InputRequired(FILL_IN), must_not_precede("first_day")])
    move = BooleanField(
        _l("Move the timetable along"),
        description=_l("When the first day changes, all sessions move by as many days."),
        default=True,
    )
    capacity = WholeNumberField(
        _l("Places"),
        [InputRequired(FILL_IN), _SEATS],
        description=_l("For all delegations together."),
    )
    nominate_by = DayField(
        _l("Nominate until"),
        [Optional()],
        description=_l("The last day on which delegations may nominate."),
    )
    venue_id = ChoiceField(
        _l("Venue"), coerce=optional_id, description=_l("Out of those already listed.")
    )
    new_venue = StringField(
        _l("Or a new venue"), text_limits(80), description=_l("Its name; the address can follow.")
    )
    link = StringField(
        _l("Online link"), [*text_limits(300), _web_address], render_kw={"inputmode": "url"}
    )
    host = StringField(_l("Hosted by"), text_limits(80))
    organiser = StringField(_l("Organised by"), text_limits(80))
    head = StringField(_l("Class head"), text_limits(60))
    head_phone = StringField(
        _l("Phone of the class head"),
        [
            Optional(),
            Length(max=20),
            Regexp(r"[0-9+\-() ]{5,20}$", message=_l("Write a phone number, as 0972-8320000.")),
        ],
        render_kw={"inputmode": "tel"},
    )
    gathering = StringField(
        _l("Where and when to gather"),
        text_limits(200),
        description=_l("Deputies read this on their phones."),
    )
    bring = TextAreaField(
        _l("What to bring"),
        text_limits(400),
        filters=[_plain_lines],
        description=_l("One thing a line."),
        render_kw={"rows": 3},
    )
    version = VersionField()


class RunsForm(ClassForm):
    """A class of which further runs are made at once."""

    more_first_days = TextAreaField(
        _l("Make further runs at once"),
        [Optional(), Length(max=600)],
        description=_l("The first day of each further run, one a line. All else is as above."),
        render_kw={"rows": 2},
    )

    def first_days(self) -> list[date]:
        """Return the first days of the further runs."""
        return read_days(self.data.get("more_first_days"))

    def validate_more_first_days(self, field: Field) -> None:
        """Each line is a day."""
        read_days(field.data)


def read_days(text: str | None) -> list[date]:
    """Return the days written one a line, separated by commas or spaces; ValidationError if not."""
    days = []
    for part in re.split(r"[\s,，、;；]+", (text or "").strip()):
        if not part:
            continue
        day = read_day(part)
        if day is None:
            raise ValidationError(_("“%(text)s” is no day. Write days as 2017-06-05.", text=part))
        days.append(day)
    return days


class PostponeForm(Form):
    """Why a class is postponed."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why the class is postponed.")), Length(max=400)],
        description=_l("Townships and deputies read it."),
        render_kw={"rows": 3},
    )


class GoOnForm(Form):
    """The new first day of a postponed class."""

    first_day = DayField(
        _l("New first day"),
        [InputRequired(FILL_IN)],
        description=_l("The class lasts as long as before; its sessions move along."),
    )


class AcceptForm(Form):
    """Why a conflict is accepted."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why the conflict is accepted.")), Length(max=400)],
        description=_l("It is kept with your name and shown with the timetable."),
        render_kw={"rows": 2},
    )


class TemplateForm(Form):
    """The name under which a timetable is kept."""

    name = StringField(_l("Name of the template"), [DataRequired(FILL_IN), Length(max=60)])


class StopsForm(Form):
    """Further stops of a class that goes to the townships."""

    stops = TextAreaField(
        _l("Stops"),
        [DataRequired(FILL_IN), Length(max=4000)],
        description=_l("One stop a line: its day, then its place, as 2017-07-03 丹麻镇政府会议室."),
        render_kw={"rows": 8},
    )

    def lines(self) -> list[tuple[date, str]]:
        """Return day and place of each stop."""
        return read_stops(self.data["stops"])

    def validate_stops(self, field: Field) -> None:
        """Each line has a day and a place."""
        read_stops(field.data)


def read_stops(text: str | None) -> list[tuple[date, str]]:
    """Return day and place of each line; ValidationError names the line that has not both."""
    found = []
    for line in filter(None, map(str.strip, (text or "").splitlines())):
        first, _space, place = line.replace("　", " ").partition(" ")
        day = read_day(first)
        if day is None or not place.strip() or len(place) > LONGEST_PLACE:
            raise ValidationError(
                _("“%(line)s” is no stop. Write its day, a space, and its place.", line=line)
            )
        found.append((day, place.strip()))
    return found


class MaterialForm(Form):
    """A file to hand out."""

    file = FileField(
        _l("File"),
        [DataRequired(_l("Choose a file."))],
        description=_l("PDF, Word, Excel, PowerPoint or picture, at most 20 MB."),
    )
    title = StringField(
        _l("Title"), text_limits(100), description=_l("Left empty, the name of the file.")
    )
    session_id = ChoiceField(_l("For the session"), coerce=optional_id)


class CancelForm(Form):
    """Why a class is cancelled."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why the class is cancelled.")), Length(max=400)],
        description=_l("Townships and deputies read it."),
        render_kw={"rows": 3},
    )


class SessionForm(Form):
    """A session of the timetable."""

    kind = ChoiceField(
        _l("Kind of session"),
        choices=choices(SessionKind),
        coerce=SessionKind,
        description=_l("The roll is taken of all but journeys."),
    )
    title = StringField(
        _l("Topic"), text_limits(120), description=_l("Left empty, the kind stands here.")
    )
    day = DayField(_l("Day"), [InputRequired(FILL_IN)])
    start = ClockField(_l("Start"), [InputRequired(FILL_IN)])
    end = ClockField(_l("End"), [InputRequired(FILL_IN)])
    hours = NumberField(
        _l("Class hours"),
        [Optional(), NumberRange(0, 24, _l("Write class hours from 0 to 24."))],
        description=_l("At most 4 count in a half-day."),
        places=1,
        render_kw={"step": "0.5", "min": "0"},
    )
    lecturer_id = ChoiceField(_l("Lecturer"), coerce=optional_id)
    new_lecturer = StringField(_l("Or a new lecturer"), text_limits(60))
    new_unit = StringField(_l("Unit of the new lecturer"), text_limits(80))
    room_id = ChoiceField(
        _l("Room"), coerce=optional_id, description=_l("A room of the class's venue.")
    )
    place = StringField(
        _l("Place"), text_limits(120), description=_l("Where it is not in a room of the venue.")
    )
    presider = StringField(
        _l("Presided over by"), text_limits(60), description=_l("Who chairs the session.")
    )
    version = VersionField()


class CopyForm(Form):
    """The class whose timetable is copied."""

    source = ChoiceField(_l("Copy from"), coerce=optional_id)
    lecturers = BooleanField(_l("Take the lecturers along"), default=True)

    def validate_source(self, field: Field) -> None:
        """A class must be chosen."""
        if field.data is None:
            raise ValidationError(_("Please choose one."))


class VenueForm(Form):
    """A venue."""

    name = StringField(_l("Name"), [DataRequired(FILL_IN), Length(max=80)])
    address = StringField(_l("Address"), text_limits(160))
    latitude = NumberField(
        _l("Latitude"),
        [Optional(), NumberRange(-90, 90, _l("Write degrees from -90 to 90."))],
        description=_l("In degrees, as 36.8406; phones then open the map."),
        places=None,
        render_kw={"step": "any"},
    )
    longitude = NumberField(
        _l("Longitude"),
        [Optional(), NumberRange(-180, 180, _l("Write degrees from -180 to 180."))],
        places=None,
        render_kw={"step": "any"},
    )


class RoomForm(Form):
    """A room of a venue."""

    name = StringField(_l("Room"), [DataRequired(FILL_IN), Length(max=60)])
    seats = WholeNumberField(_l("Seats in the room"), [InputRequired(FILL_IN), _SEATS])


class LecturerForm(Form):
    """A lecturer."""

    name = StringField(_l("Name"), [DataRequired(FILL_IN), Length(max=60)])
    unit = StringField(_l("Unit"), text_limits(80))
    rank = ChoiceField(_l("Rank"), choices=choices(Rank), coerce=Rank)


class AbsenceForm(Form):
    """Days on which a lecturer cannot teach."""

    first_day = DayField(_l("First day"), [InputRequired(FILL_IN)])
    last_day = DayField(_l("Last day"), [InputRequired(FILL_IN), must_not_precede("first_day")])
    half = ChoiceField(
        _l("Part of the day"),
        choices=choices(Half, empty=_l("whole days")),
        coerce=lambda value: Half(value) if value else None,
    )
    note = StringField(_l("Why"), text_limits(120))


class CeilingForm(Form):
    """The most that lecturers of a rank are paid."""

    rank = ChoiceField(_l("Rank"), choices=choices(Rank), coerce=Rank)
    yuan = NumberField(
        _l("Yuan a class hour"),
        [InputRequired(FILL_IN), NumberRange(0, 100000, _l("Write yuan from 0 to 100000."))],
        description=_l("After tax."),
        places=2,
        render_kw={"step": "0.01", "min": "0"},
    )
    from_day = DayField(_l("From"), [InputRequired(FILL_IN)])


def texts(form: Form, *names: str) -> dict[str, Any]:
    """Return the text fields *names* of *form*, empty text where nothing was typed."""
    return {name: form.data[name] or "" for name in names if name in form}
