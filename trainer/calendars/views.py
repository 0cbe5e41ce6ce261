"""Pages about calendar feeds for staff: the list, a feed to hand out, and what ends it."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import RateLimitExceeded
from flask_login import current_user

from trainer.accounts.access import access, current_actor, public, signed_in
from trainer.accounts.rules import Role
from trainer.calendars import http, links, queries, service, wishes
from trainer.calendars.forms import ChoicesForm
from trainer.calendars.models import Feed
from trainer.calendars.rules import FeedKind, LinkState
from trainer.calendars.site import site_of
from trainer.core import clock
from trainer.core.limits import limiter
from trainer.core.listing import address, paginate
from trainer.courses.queries import class_for
from trainer.people.queries import Viewer, viewer_of

bp = Blueprint("calendars", __name__)
staff = access(Role.PLANNER, Role.TOWNSHIP_OFFICER)
UNKNOWN = "没有这个日历。\nThere is no such calendar.\n"
TOO_MANY = "请求过多，请稍后再试。\nToo many requests.\n"


def _plain(text: str, status: int) -> Response:
    return Response(text, status, dict(http.HEADERS), content_type=http.PLAIN)


@bp.get("/feeds/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:  # noqa: ARG001
    """Say that there is no such feed: the gate has answered for every link that was ever made."""
    try:
        with limiter.limit("30 per minute"):
            return _plain(UNKNOWN, 404)
    except RateLimitExceeded:
        return _plain(TOO_MANY, 429)


@bp.get("/go/class/<int:class_id>")
@signed_in
def class_link(class_id: int) -> ResponseReturnValue:
    """Lead from an event to the class: staff to its page, a deputy to the own page."""
    if current_user.role is Role.DEPUTY:
        return redirect(url_for("web.me", _anchor=f"class-{class_id}"), 303)
    return redirect(url_for("courses.show", class_id=class_id), 303)


def base_url() -> str:
    """Return where this site is reached, without a slash at the end."""
    return str(current_app.config["BASE_URL"] or request.host_url).rstrip("/")


def link_of(feed: Feed | None) -> dict[str, object]:
    """Return what a template needs to show a feed's link."""
    state = queries.link_state(feed)
    active = feed is not None and state is LinkState.ACTIVE
    return {
        "feed": feed,
        "state": state,
        "link": links.addresses(feed, site_of(current_app.config), base_url())
        if active and feed is not None
        else None,
    }


@bp.get("/feeds/")
@staff
def index() -> ResponseReturnValue:
    """List the feeds of one kind that the asker looks after."""
    viewer, kind = viewer_of(current_user), _kind_asked()
    text = request.args.get("q", "").strip()
    page = paginate(queries.owners(viewer, kind, today=clock.today(), text=text))
    return render_template(
        "calendars/index.html",
        kind=kind,
        tabs=[
            (each, address(kind=each.value, page=None, q=None))
            for each in FeedKind
            if each is not FeedKind.LECTURER or viewer.role is Role.PLANNER
        ],
        text=text,
        page=page,
        links=queries.links_of(kind, [owner.id for owner in page.items]),
        years=links.published_years(queries.published_years(viewer), base_url()),
    )


def _kind_asked() -> FeedKind:
    asked = request.args.get("kind")
    return FeedKind(asked) if asked in list(FeedKind) else FeedKind.CONGRESS


@bp.post("/feeds/")
@staff
def create() -> ResponseReturnValue:
    """Make the feed of a congress, delegation, class or lecturer, to hand out."""
    kind = request.form.get("kind")
    owner_id = request.form.get("owner", 0, type=int)
    chosen = FeedKind(kind) if kind in list(FeedKind) else FeedKind.CONGRESS
    queries.owner_for(viewer_of(current_user), chosen, owner_id)
    feed = service.ensure_feed(chosen, owner_id, by=current_actor())
    return redirect(_page_of(feed), 303)


def _page_of(feed: Feed) -> str:
    """Return the page on which staff see a feed: a deputy's only in the list."""
    if feed.kind is FeedKind.CLASS:
        return url_for("calendars.class_feed", class_id=feed.class_id)
    if feed.kind is FeedKind.PERSON:
        return url_for("calendars.index", kind=feed.kind.value)
    return url_for("calendars.show", feed_id=feed.id)


@bp.get("/feeds/<int:feed_id>")
@staff
def show(feed_id: int) -> ResponseReturnValue:
    """Show the link of a feed, to hand out."""
    viewer = viewer_of(current_user)
    feed = queries.feed_for(viewer, feed_id)
    return render_template(
        "calendars/show.html",
        owner=queries.name_of(feed),
        may_end=_may_end(viewer, feed.kind, queries.owner_id(feed)),
        form=ChoicesForm.of(feed),
        **link_of(feed),
    )


@bp.get("/classes/<int:class_id>/calendar")
@staff
def class_feed(class_id: int) -> ResponseReturnValue:
    """Show the link of a class's calendar, to hand out, and what deputies answered."""
    viewer = viewer_of(current_user)
    training_class = class_for(viewer, class_id)
    feed = queries.feed_of(FeedKind.CLASS, class_id)
    return render_template(
        "calendars/class_feed.html",
        training_class=training_class,
        may_end=_may_end(viewer, FeedKind.CLASS, class_id),
        form=ChoicesForm.of(feed) if feed else None,
        class_kind=FeedKind.CLASS,
        wishes=wishes.of_class(viewer, class_id),
        **link_of(feed),
    )


def _may_end(viewer: Viewer, kind: FeedKind, owner_id: int) -> bool:
    return queries.is_allowed(queries.may_end(viewer, kind), kind, owner_id)


def _to_end(feed_id: int) -> Feed:
    return queries.feed_for(viewer_of(current_user), feed_id, ending=True)


@bp.post("/feeds/<int:feed_id>/choices")
@staff
def choose(feed_id: int) -> ResponseReturnValue:
    """Change how a feed looks to those who subscribed to it."""
    feed = _to_end(feed_id)
    form = ChoicesForm()
    if form.validate_on_submit() and feed.kind is not FeedKind.PERSON:
        service.choose(feed, form.chosen(), by=current_actor())
        flash(_("Saved. Phones show it when they look next."), "success")
    else:
        flash(_("Nothing was changed."), "error")
    return redirect(_page_of(feed), 303)


@bp.post("/feeds/<int:feed_id>/renew")
@staff
def renew(feed_id: int) -> ResponseReturnValue:
    """Give a feed a new link; the old one ends."""
    feed = _to_end(feed_id)
    service.renew_link(feed, by=current_actor())
    flash(_("The calendar of %(name)s has a new link.", name=queries.name_of(feed)), "success")
    return redirect(_page_of(feed), 303)


@bp.post("/feeds/<int:feed_id>/revoke")
@staff
def revoke(feed_id: int) -> ResponseReturnValue:
    """End the link of a feed."""
    feed = _to_end(feed_id)
    service.revoke_link(feed, by=current_actor())
    flash(_("The calendar link of %(name)s has ended.", name=queries.name_of(feed)), "success")
    return redirect(_page_of(feed), 303)
