"""The deputy's own calendar: subscribing on each kind of phone, choices, invitations, files."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from trainer.accounts.access import access, current_actor, signed_in
from trainer.accounts.rules import Role
from trainer.calendars import devices, downloads, http, queries, service, wishes
from trainer.calendars.forms import AddressForm, ChoicesForm
from trainer.calendars.models import Feed
from trainer.calendars.rules import FeedKind, LinkState
from trainer.calendars.site import site_of
from trainer.calendars.views import bp, link_of
from trainer.core import mail
from trainer.people.queries import viewer_of

deputy = access(Role.DEPUTY)
WECHAT = "MicroMessenger"


def own_person() -> int:
    """Return the person whose account is signed in."""
    person_id = viewer_of(current_user).person_id
    assert person_id is not None, "a deputy's account is made for a person"
    return person_id


def _page(feed: Feed | None, **forms: object) -> str:
    agent = request.user_agent.string
    person_id = own_person()
    shown: dict[str, object] = {
        "form": ChoicesForm.of(feed) if feed else None,
        "address": AddressForm(data={"address": wishes.address_of(person_id)}),
        **forms,
    }
    return render_template(
        "calendars/subscribe.html",
        in_wechat=WECHAT in agent,
        devices=devices.ordered(agent),
        by_mail=mail.server() is not None,
        invited=wishes.of_person(person_id),
        **shown,
        **link_of(feed),
    )


@bp.get("/me/calendar")
@deputy
def subscribe() -> ResponseReturnValue:
    """Show the deputy how to get the own calendar on each kind of phone."""
    return _page(queries.feed_of(FeedKind.PERSON, own_person()))


@bp.post("/me/calendar")
@deputy
def start() -> ResponseReturnValue:
    """Make the deputy's own feed, or a new link for one that has ended."""
    feed = service.ensure_feed(FeedKind.PERSON, own_person(), by=current_actor())
    if queries.link_state(feed) is LinkState.REVOKED:
        service.renew_link(feed, by=current_actor())
    return redirect(url_for("calendars.subscribe"), 303)


@bp.post("/me/calendar/renew")
@deputy
def renew_own() -> ResponseReturnValue:
    """Give the deputy a new calendar link; the old one ends."""
    feed = service.ensure_feed(FeedKind.PERSON, own_person(), by=current_actor())
    service.renew_link(feed, by=current_actor())
    flash(_("You have a new calendar link. Subscribe it on each of your devices."), "success")
    return redirect(url_for("calendars.subscribe"), 303)


@bp.post("/me/calendar/choices")
@deputy
def choose_own() -> ResponseReturnValue:
    """Change how the own feed looks."""
    feed = service.ensure_feed(FeedKind.PERSON, own_person(), by=current_actor())
    form = ChoicesForm()
    if not form.validate_on_submit():
        return _page(feed, form=form), 422
    service.choose(feed, form.chosen(), by=current_actor())
    flash(_("Saved. Phones show it when they look next."), "success")
    return redirect(url_for("calendars.subscribe"), 303)


@bp.post("/me/calendar/address")
@deputy
def set_address() -> ResponseReturnValue:
    """Say where invitations by e-mail go, or that none are wanted."""
    person_id = own_person()
    form = AddressForm()
    if not form.validate_on_submit():
        return _page(queries.feed_of(FeedKind.PERSON, person_id), address=form), 422
    wishes.set_address(person_id, form.data["address"] or "", by=current_actor())
    flash(_("Saved."), "success")
    return redirect(url_for("calendars.subscribe"), 303)


def _file(body: bytes, name: str) -> Response:
    response = Response(body, content_type=http.CALENDAR)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/me/calendar.ics")
@deputy
def own_file() -> ResponseReturnValue:
    """Give all coming sessions as a file, for phones that cannot subscribe."""
    body = downloads.of_person(own_person(), site_of(current_app.config))
    return _file(body, "training.ics")


@bp.get("/sessions/<int:session_id>.ics")
@signed_in
def session_file(session_id: int) -> ResponseReturnValue:
    """Give one session that the asker may see as a file."""
    body = downloads.of_session(viewer_of(current_user), session_id, site_of(current_app.config))
    return _file(body, f"session-{session_id}.ics")
