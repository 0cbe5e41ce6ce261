"""Materials to hand out: which files are taken, verbs on them, and who may download them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, undefer

from trainer.accounts.audit import Actor, audit
from trainer.accounts.rules import Role
from trainer.core.database import db
from trainer.core.errors import Invalid, Refused
from trainer.core.text import noop
from trainer.courses.attendees import attendees
from trainer.courses.extra_models import Material
from trainer.courses.models import TrainingClass
from trainer.courses.queries import visible_classes
from trainer.courses.rules import ClassStatus
from trainer.people.queries import Viewer

MIB = 1024 * 1024
LARGEST_FILE = 20 * MIB
LARGEST_CLASS = 200 * MIB
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Per ending: the media type it is served as, and how such a file begins.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (_ZIP,)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (_ZIP,)),
    "pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        (_ZIP,),
    ),
    "doc": ("application/msword", (_OLE,)),
    "xls": ("application/vnd.ms-excel", (_OLE,)),
    "ppt": ("application/vnd.ms-powerpoint", (_OLE,)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
}


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name on the sender's machine and its bytes."""

    name: str
    content: bytes


def media_type_of(upload: Upload) -> str:
    """Return as what a file is served; raises Invalid for an empty, large or unknown one.

    The ending must be a known one, and the file must begin as such files do: a program that was
    renamed is refused.
    """
    if not upload.content:
        raise Invalid(noop("The file is empty."), field="file")
    if len(upload.content) > LARGEST_FILE:
        raise Invalid(
            noop("The file is larger than %(most)s MB."), field="file", most=LARGEST_FILE // MIB
        )
    ending = upload.name.rpartition(".")[2].lower()
    media_type, beginnings = KINDS.get(ending, ("", ()))
    if not upload.content.startswith(beginnings or (b"\0no",)):
        raise Invalid(
            noop("Only PDF, Word, Excel, PowerPoint, JPEG and PNG files are taken."), field="file"
        )
    return media_type


def add(
    training_class: TrainingClass,
    *,
    upload: Upload,
    title: str = "",
    session_id: int | None = None,
    by: Actor,
) -> Material:
    """Keep a file for a class, or for one of its sessions (the caller checks that it is its).

    *title* is what people read instead of the file's name. Raises Invalid as `media_type_of`
    does, for a file that the class has already, and where the class would have too much.
    """
    if training_class.status in (ClassStatus.CLOSED, ClassStatus.CANCELLED):
        raise Refused(noop("The class is over or cancelled; it is not changed any more."))
    media_type = media_type_of(upload)
    kept = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Material.size), 0)).where(
            Material.class_id == training_class.id
        )
    )
    if (kept or 0) + len(upload.content) > LARGEST_CLASS:
        raise Invalid(
            noop("The files of a class may have %(most)s MB together."),
            field="file",
            most=LARGEST_CLASS // MIB,
        )
    material = Material(
        class_id=training_class.id,
        session_id=session_id,
        name=_name(upload.name, title),
        media_type=media_type,
        size=len(upload.content),
        digest=hashlib.sha256(upload.content).hexdigest(),
        content=upload.content,
        by_name=by.name,
    )
    try:
        with db.session.begin_nested():
            db.session.add(material)
            audit("material.add", material, by=by, before={}, after={"size": material.size})
    except IntegrityError as error:
        raise Invalid(noop("The class has this file already."), field="file") from error
    return material


def _name(file: str, title: str) -> str:
    """Return the name under which a file is kept: its title with the ending, at most 120 long."""
    stem, _dot, ending = file.replace("\\", "/").rpartition("/")[2].rpartition(".")
    stem = (title or stem).strip() or "material"
    return f"{stem[: 119 - len(ending)]}.{ending.lower()}"


def remove(material: Material, *, by: Actor) -> None:
    """Take a file off; raises Refused once the class is closed: it belongs to its file."""
    if material.training_class.status is ClassStatus.CLOSED:
        raise Refused(noop("The class is over or cancelled; it is not changed any more."))
    audit("material.remove", material, by=by, before={"size": material.size}, after={})
    db.session.execute(sa.delete(Material).where(Material.id == material.id))


def of_class(class_id: int) -> list[Material]:
    """Return the files of a class, without their bytes, with the session each belongs to."""
    return list(
        db.session.scalars(
            sa.select(Material)
            .where(Material.class_id == class_id)
            .options(joinedload(Material.session))
            .order_by(Material.name, Material.id)
        )
    )


def for_download(viewer: Viewer, material_id: int) -> Material:
    """Return a file with its bytes, else 404.

    Staff: of the classes they see. Deputies: of published classes on which they hold a seat.
    """
    query = sa.select(Material).where(Material.id == material_id, _visible(viewer, material_id))
    found: Material = db.one_or_404(query.options(undefer(Material.content)))
    return found


def _visible(viewer: Viewer, material_id: int) -> sa.ColumnElement[bool]:
    if viewer.role is not Role.DEPUTY:
        return Material.class_id.in_(sa.select(TrainingClass.id).where(visible_classes(viewer)))
    class_id = db.session.scalar(sa.select(Material.class_id).where(Material.id == material_id))
    people = attendees([class_id]).get(class_id, {}) if class_id else {}
    if viewer.person_id not in people:
        return sa.false()
    public = TrainingClass.status != ClassStatus.DRAFT
    return Material.class_id.in_(sa.select(TrainingClass.id).where(public))


def to_remove(class_id: int, material_id: int) -> Material:
    """Return a file of a class that was loaded for the asker, with the class, else 404."""
    found: Material = db.one_or_404(
        sa.select(Material)
        .where(Material.id == material_id, Material.class_id == class_id)
        .options(joinedload(Material.training_class))
    )
    return found
