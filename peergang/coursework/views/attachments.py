"""Files at a reflection: adding them, taking them away, and opening them."""

import hashlib
import io
from typing import Any
from uuid import UUID

import structlog
from flask import flash, jsonify, redirect, render_template, request, session as cookie, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from peergang.core import clock
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.core.storage import FileMissing
from peergang.coursework.actions.attachments import (
    NewAttachment,
    add_attachment,
    describe_attachments,
    remove_attachment,
    restore_attachment,
)
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.labels.attachments import FILE_PROBLEMS
from peergang.coursework.models import Attachment
from peergang.coursework.policy import can_read_attachment, can_write_reflection
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.attachments import StoredAttachment, count_usage, get_stored_attachment
from peergang.coursework.queries.writing import get_writing_place
from peergang.coursework.rules.files import check_file
from peergang.coursework.rules.files.kinds import MAX_SIZE
from peergang.coursework.rules.files.names import fit_name
from peergang.coursework.rules.files.room import check_room
from peergang.coursework.views import bp
from peergang.coursework.views.attachment_parts import PROBLEM, wants_json, write_list
from peergang.web.database import reading, transaction
from peergang.web.files import files, send_sealed
from peergang.web.throttle import limiter
from peergang.web.viewer import current_actor

log = structlog.get_logger(__name__)

ADD = "coursework.attachment_add"
AROUND = 64 * 1024
"""What a form adds to the file itself."""

MOST_THROWN_AWAY = 60 * 1024 * 1024
"""Of a body that was refused: as much as a photo or a short film of a phone."""

DESCRIPTION = "description-"


@bp.url_value_preprocessor
def _limit_body(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Refuse a body that is too large before anything reads it, the check of the token included."""
    if endpoint == ADD:
        request.max_content_length = MAX_SIZE + AROUND


@bp.errorhandler(RequestEntityTooLarge)
def _too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    if request.endpoint != ADD or request.view_args is None:
        return error
    _let_it_pass()
    return _refused(Invalid({"file": "too_large"}), request.view_args["activity_id"], 413)


def _let_it_pass() -> None:
    """Throw away what is still being sent, within reason: a browser that is cut off in the middle shows no answer at all."""
    arriving, left = request.environ["wsgi.input"], MOST_THROWN_AWAY
    while current_actor().user_id and left > 0 and (part := arriving.read(min(left, 256 * 1024))):
        left -= len(part)


def _there() -> UUID | None:
    """The cohort in the address: what was too large to read is not asked for it."""
    return request.args.get("cohort", type=UUID)


def _whose() -> str:
    return str(current_actor().user_id)


@bp.post("/reflecties/opdracht/<uuid:activity_id>/bijlagen")
@limiter.limit("120 per hour", key_func=_whose)
def attachment_add(activity_id: UUID) -> ResponseReturnValue:
    """Check a file, keep it, and let it go along with the reflection."""
    place = get_writing_place(reading(), current_actor(), activity_id, _there())
    require(can_write_reflection(current_actor(), place))
    try:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise Invalid({"file": "missing"})
        # Looked at before the work is done, and again under the lock.
        check_room(*count_usage(reading(), place.reflection_id), 0)
        made = _keep(activity_id, sent.filename, sent.stream.read(MAX_SIZE + 1))
    except Invalid as error:
        return _refused(error, activity_id)
    except Conflict as error:
        return _conflict(error, activity_id)
    return _done(activity_id, made.reflection_id, _("‘%(name)s’ is toegevoegd.", name=made.name))


def _keep(activity_id: UUID, sent_name: str, sent: bytes) -> Attachment:
    """First the file and then its row: a crash in between leaves a file that the nightly cleaning finds."""
    actor, there, store = current_actor(), _there(), files()
    checked = check_file(sent)
    keys = [store.put(io.BytesIO(one)) for one in (checked.content, checked.preview) if one]
    try:
        new = NewAttachment(
            fit_name(sent_name, checked.kind),
            checked.kind.media_type,
            len(checked.content),
            hashlib.sha256(checked.content).hexdigest(),
            storage_key=keys[0],
            preview_key=keys[1] if checked.preview else None,
            width=checked.width,
            height=checked.height,
        )
        with transaction() as session:
            return add_attachment(session, actor, activity_id, new, cohort_id=there, now=clock.now())
    except (Invalid, Conflict, NotFound):
        store.delete(keys)
        raise


@bp.post("/bijlagen/<uuid:attachment_id>/weghalen")
def attachment_remove(attachment_id: UUID) -> ResponseReturnValue:
    """Take a file away; it can be put back."""
    with transaction() as session:
        found = remove_attachment(session, current_actor(), attachment_id, now=clock.now())
    return _done(
        None,
        found.reflection_id,
        _("‘%(name)s’ is weggehaald. Je kunt het nog terugzetten.", name=found.name),
    )


@bp.post("/bijlagen/<uuid:attachment_id>/terugzetten")
def attachment_restore(attachment_id: UUID) -> ResponseReturnValue:
    """Put a file back."""
    try:
        with transaction() as session:
            found = restore_attachment(session, current_actor(), attachment_id, now=clock.now())
    except Invalid as error:
        stored = get_stored_attachment(reading(), attachment_id)
        return _refused(error, get_access(reading(), current_actor(), stored.reflection_id).activity_id)
    return _done(None, found.reflection_id, _("‘%(name)s’ staat er weer bij.", name=found.name))


@bp.post("/reflecties/<uuid:reflection_id>/bijlagen")
def attachment_describe(reflection_id: UUID) -> ResponseReturnValue:
    """Say what is on the photos."""
    words: dict[UUID, str] = {}
    for name, text in request.form.items():
        if name.startswith(DESCRIPTION):
            words[_as_id(name.removeprefix(DESCRIPTION))] = text
    try:
        with transaction() as session:
            describe_attachments(session, current_actor(), reflection_id, words, now=clock.now())
    except Invalid as error:
        return _refused(error, get_access(reading(), current_actor(), reflection_id).activity_id)
    return _done(None, reflection_id, _("De omschrijving is bewaard."))


def _as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


@bp.get("/bijlagen/<uuid:attachment_id>")
def attachment(attachment_id: UUID) -> ResponseReturnValue:
    """The file itself, to keep: never shown by the browser."""
    found = _stored(attachment_id)
    try:
        return send_sealed(files().open(found.storage_key), found.media_type, found.name)
    except FileMissing:
        log.warning("attachment_missing", attachment_id=str(attachment_id))
        return render_template("coursework/attachment_lost.html", found=found), 404


@bp.get("/bijlagen/<uuid:attachment_id>/voorbeeld")
def attachment_preview(attachment_id: UUID) -> ResponseReturnValue:
    """A small picture of a photo, which we drew ourselves."""
    found = _stored(attachment_id)
    if found.preview_key is None:
        raise NotFound
    try:
        return send_sealed(files().open(found.preview_key), "image/jpeg", "voorbeeld.jpg", inline=True)
    except FileMissing:
        raise NotFound from None


def _stored(attachment_id: UUID) -> StoredAttachment:
    found = get_stored_attachment(reading(), attachment_id)
    access = get_access(reading(), current_actor(), found.reflection_id)
    require(can_read_attachment(current_actor(), access, found.is_submitted))
    return found


def _done(activity_id: UUID | None, reflection_id: UUID, said: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(said=said, html=write_list(reflection_id))
    flash(said, "ok")
    return _to_editor(activity_id, reflection_id)


def _refused(error: Invalid, activity_id: UUID, status: int = 422) -> ResponseReturnValue:
    words = str(FILE_PROBLEMS[next(iter(error.problems.values()))])
    if wants_json():
        return jsonify(message=words), status
    # Said at the field, on the page that shows it.
    cookie[PROBLEM] = words
    return _to_editor(activity_id, None)


def _conflict(error: Conflict, activity_id: UUID) -> ResponseReturnValue:
    words = str(CONFLICTS.get(error.reason, CONFLICTS["reflection_state"]))
    if wants_json():
        return jsonify(message=words), 409
    flash(words, "risk")
    return redirect(url_for("coursework.reflection", activity_id=activity_id, cohort=_there()), code=303)


def _to_editor(activity_id: UUID | None, reflection_id: UUID | None) -> ResponseReturnValue:
    there = _there()
    if reflection_id is not None:
        access = get_access(reading(), current_actor(), reflection_id)
        activity_id, there = access.activity_id, access.cohort_id
    here = url_for("coursework.reflection_write", activity_id=activity_id, cohort=there)
    return redirect(f"{here}#bijlagen", code=303)
