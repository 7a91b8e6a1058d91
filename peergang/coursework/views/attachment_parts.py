"""What the pages that show files ask for: coursework/_attachments.html is included in several features' pages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from flask import render_template, request, session as cookie

from peergang.core import clock
from peergang.core.i18n import current_locale
from peergang.coursework.labels.attachments import FILE_ICONS, FILE_KINDS, FILE_PROBLEMS
from peergang.coursework.queries.attachments import (
    ShownAttachment,
    list_draft_attachments,
    list_version_attachments,
)
from peergang.coursework.rules.files.kinds import ACCEPT, MAX_FILES, MAX_SIZE, MEGABYTE
from peergang.coursework.views import bp
from peergang.web.database import reading

PROBLEM = "attachment_problem"
"""In the session: what was refused, for the page that comes next."""

CAN_BE_UNDONE = timedelta(hours=12)
"""As long as the editor offers to put a file back."""


def wants_json() -> bool:
    """Whether the script of the page asks, which changes the list itself."""
    return request.accept_mimetypes.best == "application/json"


def write_list(reflection_id: UUID) -> str:
    """The list of files in the editor, as the script puts it in."""
    return render_template(
        "coursework/_attachment_list.html",
        files=draft_attachments(reflection_id),
        reflection_id=reflection_id,
    )


@bp.app_template_global("draft_attachments")
def draft_attachments(reflection_id: UUID | None) -> Sequence[ShownAttachment]:
    """The files of the draft, those that can still be put back among them."""
    return list_draft_attachments(reading(), reflection_id, removed_since=clock.now() - CAN_BE_UNDONE)


@bp.app_template_global("version_attachments")
def version_attachments(version_id: UUID) -> Sequence[ShownAttachment]:
    """The files of a version that the page was allowed to show."""
    return list_version_attachments(reading(), version_id)


@bp.app_template_global("attachment_words")
def attachment_words() -> dict[str, Any]:
    """What the field needs: what is allowed, what was refused, and what the script says."""
    return {
        "accept": ACCEPT,
        "most": MAX_FILES,
        "max_size": MAX_SIZE,
        "problem": cookie.pop(PROBLEM, "") if PROBLEM in cookie else "",
        "too_large": FILE_PROBLEMS["too_large"],
        "too_many": FILE_PROBLEMS["too_many"],
    }


@bp.app_template_filter("file_kind")
def file_kind(media_type: str) -> str:
    """A kind of file in words."""
    return str(FILE_KINDS.get(media_type, ""))


@bp.app_template_filter("file_icon")
def file_icon(media_type: str) -> str:
    """The icon of a kind of file."""
    return FILE_ICONS.get(media_type, "file-earmark-text")


@bp.app_template_filter("file_size")
def file_size(size: int) -> str:
    """Bytes as people say them: 640 kB, 2,4 MB."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} kB"
    return f"{format_decimal(size / MEGABYTE, '0.#', locale=current_locale())} MB"
