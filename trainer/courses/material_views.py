"""Pages of the materials of a class, and the files themselves."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainer.accounts.access import access, current_actor
from trainer.accounts.rules import Role
from trainer.core.errors import DomainError
from trainer.courses import forms, materials, pages, queries
from trainer.courses.blueprint import READERS, bp, present_viewer
from trainer.courses.models import TrainingClass


@bp.route("/<int:class_id>/materials", methods=["GET", "POST"])
@access(*READERS)
def class_materials(class_id: int) -> ResponseReturnValue:
    """List what is handed out in a class; a planner adds files."""
    viewer = present_viewer()
    may_change = viewer.role is Role.PLANNER
    load = queries.class_to_change if request.method == "POST" else queries.class_for
    row = load(viewer, class_id)
    form = forms.MaterialForm()
    sessions = queries.sessions_of(class_id, cancelled=False)
    form.session_id.choices = [
        ("", _("The whole class")),
        *((str(one.id), f"{one.starts_at:%m-%d} {one.title}") for one in sessions),
    ]
    if form.validate_on_submit() and _added(row, form):
        flash(_("The file is handed out."), "success")
        return redirect(url_for("courses.class_materials", class_id=class_id), 303)
    page = render_template(
        "courses/materials.html",
        form=form,
        training_class=row,
        files=[(one, pages.size(one.size)) for one in materials.of_class(class_id)],
        may_change=may_change,
    )
    return page, 422 if form.errors or form.form_errors else 200


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
