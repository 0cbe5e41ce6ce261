"""Pages of the materials of a class, and the files themselves."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core import clock
from trainer.core.errors import DomainError
from trainer.courses import forms, materials, pages, queries
from trainer.courses.blueprint import READERS, bp, present_viewer
from trainer.courses.models import TrainingClass
from trainer.people.queries import Viewer


@bp.get("/<int:class_id>/materials")
@access(*READERS)
def class_materials(class_id: int) -> ResponseReturnValue:
    """List what is handed out in a class."""
    viewer = present_viewer()
    return _page(viewer, queries.class_for(viewer, class_id), _form(class_id))


@bp.post("/<int:class_id>/materials/add")
@access(Role.PLANNER)
def add_material(class_id: int) -> ResponseReturnValue:
    """Hand out a file."""
    viewer = present_viewer()
    row = queries.class_to_change(viewer, class_id)
    form = _form(class_id)
    if form.validate_on_submit() and _added(row, form):
        flash(_("The file is handed out."), "success")
        return redirect(url_for("courses.class_materials", class_id=class_id), 303)
    return _page(viewer, row, form), 422


def _form(class_id: int) -> forms.MaterialForm:
    form = forms.MaterialForm()
    sessions = queries.sessions_of(class_id, cancelled=False)
    form.session_id.choices = [
        ("", _("The whole class")),
        *((str(one.id), f"{clock.local(one.starts_at):%m-%d} {one.title}") for one in sessions),
    ]
    return form


def _page(viewer: Viewer, row: TrainingClass, form: forms.MaterialForm) -> str:
    return render_template(
        "courses/materials.html",
        form=form,
        training_class=row,
        files=[(one, pages.size(one.size)) for one in materials.of_class(row.id)],
        may_change=viewer.role is Role.PLANNER,
    )


def _added(row: TrainingClass, form: forms.MaterialForm) -> bool:
    sent = form.data["file"]
    upload = materials.Upload(sent.filename or "", sent.read(materials.LARGEST_FILE + 1))
    try:
        materials.add(
            row,
            upload=upload,
            title=form.data["title"] or "",
            session_id=form.data["session_id"],
            by=current_actor(),
        )
    except DomainError as error:
        form.refuse(error)
        return False
    return True


@bp.get("/materials/<int:material_id>")
@access(*READERS, Role.DEPUTY)
def material(material_id: int) -> ResponseReturnValue:
    """Give a file to those concerned: staff who see the class, and its participants."""
    row = materials.for_download(present_viewer(), material_id)
    answer = send_file(
        io.BytesIO(row.content), row.media_type, as_attachment=True, download_name=row.name
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/<int:class_id>/materials/<int:material_id>/remove")
@access(Role.PLANNER)
def remove_material(class_id: int, material_id: int) -> ResponseReturnValue:
    """Take a file off a class."""
    queries.class_to_change(present_viewer(), class_id)
    materials.remove(materials.to_remove(class_id, material_id), by=current_actor())
    flash(_("The file is no longer handed out."), "success")
    return redirect(url_for("courses.class_materials", class_id=class_id), 303)
