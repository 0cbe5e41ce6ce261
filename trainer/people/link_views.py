"""Personal links: handing them out as cards, ending them, and opening one on a new device."""

from __future__ import annotations

import segno
from flask import Response, current_app, flash, make_response, redirect, render_template, url_for
from flask import request as http
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from markupsafe import Markup

from trainer.accounts import service as accounts
from trainer.accounts.access import access, current_actor, public, start_session
from trainer.accounts.rules import LINK_FAILURES_BEFORE_RENEWAL, Role
from trainer.core import clock
from trainer.core.errors import Invalid, Refused
from trainer.core.limits import limiter
from trainer.core.requests import keep_changes
from trainer.people import directory, links, queries, rules
from trainer.people.blueprint import bp, found, viewer
from trainer.people.forms import ProveForm
from trainer.people.models import Person

carers = access(Role.PLANNER, Role.TOWNSHIP_OFFICER)
# The address of the page is a secret: it is not handed on, kept or found by search engines.
PRIVATE = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _cared_for(person_id: int) -> Person:
    return found(queries.looked_after_person(viewer(), person_id, clock.today()))


def _address(person: Person) -> str | None:
    """Return the whole address of the personal link in force, as the QR code holds it."""
    token = links.token_of(person, _secret())
    if token is None:
        return None
    base = str(current_app.config["BASE_URL"])
    if base:
        return base + url_for("people.prove", token=token)
    return url_for("people.prove", token=token, _external=True)


def _code(address: str) -> Markup:
    """Return a QR code as inline SVG, without styles of its own."""
    picture = segno.make(address, error="m", micro=False)
    svg = picture.svg_inline(border=0, svgclass=None, lineclass=None, omitsize=True)
    return Markup(svg)  # noqa: S704  (segno's own markup: the address is in it as modules only)


@bp.get("/people/<int:person_id>/card")
@carers
def card(person_id: int) -> ResponseReturnValue:
    """Show the card with the personal link, to print and to carry."""
    person = _cared_for(person_id)
    address = _address(person)
    return render_template(
        "people/card.html",
        person=person,
        place=queries.whom_to_ask(person_id, clock.today()),
        address=address,
        code=_code(address) if address else None,
        link=directory.link_of(person),
    )


@bp.post("/people/<int:person_id>/link")
@carers
def renew_link(person_id: int) -> ResponseReturnValue:
    """Give a deputy a new personal link; the old one ends."""
    person = _cared_for(person_id)
    links.renew_link(person, by=current_actor())
    flash(_("%(name)s has a new link. Hand out the new card.", name=person.name), "success")
    return redirect(url_for("people.card", person_id=person_id), 303)


@bp.post("/people/<int:person_id>/link/revoke")
@carers
def revoke_link(person_id: int) -> ResponseReturnValue:
    """End a deputy's personal link."""
    person = _cared_for(person_id)
    links.revoke_link(person, by=current_actor())
    flash(_("The link of %(name)s is revoked; all devices are signed out.", name=person.name))
    return redirect(url_for("people.person", person_id=person_id), 303)


@bp.get("/people/cards")
@carers
def cards() -> ResponseReturnValue:
    """Show the cards of a whole delegation, laid out on A4 sheets."""
    shown = directory.read(viewer(), http.args, clock.today())
    chosen = shown.asked.delegation_id
    deputies = queries.deputies_of(shown.viewer, chosen, shown.today) if chosen else []
    addresses = [(person, _address(person)) for person in deputies]
    return render_template(
        "people/cards.html",
        shown=shown,
        delegation=next((each for each in shown.delegations if each.id == chosen), None),
        deputies=deputies,
        cards=[(person, _code(address)) for person, address in addresses if address],
        missing=len(links.without_link(deputies)),
        revoked=[p for p in deputies if p.user and p.user.link_version and p.user.link_revoked],
    )


@bp.post("/people/cards")
@carers
def issue_links() -> ResponseReturnValue:
    """Give a first link to all deputies of a delegation who never had one."""
    asker = viewer()
    chosen = found(queries.delegation(asker, http.form.get("delegation", type=int)))
    deputies = queries.deputies_of(asker, chosen.id, clock.today())
    count = links.issue_missing(deputies, by=current_actor())
    flash(ngettext("%(num)s link issued.", "%(num)s links issued.", count), "success")
    return redirect(url_for("people.cards", delegation=chosen.id), 303)


def _private(answer: ResponseReturnValue) -> Response:
    """Return an answer that is not stored, indexed, or named to another site."""
    response = make_response(answer)
    response.headers.update(PRIVATE)
    return response


@bp.errorhandler(links.LinkEnded)
def _link_gone(_error: links.LinkEnded) -> ResponseReturnValue:
    return _private((render_template("people/link_gone.html"), 404))


def _proved(form: ProveForm, token: str) -> bool:
    """Tell whether the digits are right; a failed try is kept and explained in *form*."""
    address = http.remote_addr or ""
    try:
        links.prove(token, digits=form.data["digits"], secret=_secret(), address=address)
    except (Invalid, Refused) as error:
        keep_changes()
        form.refuse(error)
        return False
    return True


@bp.route("/me/link/<token>", methods=["GET", "POST"])
@public
@limiter.limit("30 per minute")
def prove(token: str) -> ResponseReturnValue:
    """Open the personal page on this device; a new device is asked for four digits once."""
    user = accounts.user_of_link(token, _secret())
    person = queries.person_of(user) if user is not None else None
    if user is None or person is None:
        raise links.LinkEnded
    if current_user.is_authenticated and current_user.id == user.id:
        return _private(redirect(url_for("web.me"), 303))
    form = ProveForm()
    if form.validate_on_submit() and _proved(form, token):
        start_session(user, remember=True)
        return _private(redirect(url_for("web.me"), 303))
    page = render_template(
        "people/prove.html",
        form=form,
        surname=person.name[:1],
        place=queries.whom_to_ask(person.id, clock.today()),
        without_phone=not rules.phone_digits(person.phone),
        exhausted=user.link_failures >= LINK_FAILURES_BEFORE_RENEWAL,
    )
    return _private((page, 422 if form.errors else 200))
