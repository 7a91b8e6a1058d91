"""Who knows about what: the people who want to be found, and what one of them tells."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.db import AnyRow
from peergang.core.permissions import require
from peergang.identity.rules import clean_text, full_name, initials
from peergang.profiles.actions import open_profile
from peergang.profiles.labels import KINDS, name_subjects
from peergang.profiles.policy import can_search_profiles
from peergang.profiles.queries import (
    PAGE,
    Search,
    list_directory_institutions,
    list_subject_titles,
    search_directory,
)
from peergang.profiles.rules import SEARCH_MAX_LENGTH, SUBJECTS, SubjectKind
from peergang.profiles.views import bp
from peergang.web.cleaning import page_number
from peergang.web.database import reading
from peergang.web.viewer import current_actor


@bp.get("/wie-weet-wat")
def directory() -> ResponseReturnValue:
    """People who want to be found, by subject, institution and name; everything asked stands in the address."""
    actor = current_actor()
    require(can_search_profiles(actor))
    wanted, today = _wanted(), clock.local_date(clock.now())
    rows, total = search_directory(reading(), actor, wanted, today)
    subjects = name_subjects(list_subject_titles(reading()))
    asked = _asked(wanted)
    return render_template(
        "profiles/directory.html",
        wanted=wanted,
        asked=asked,
        total=total,
        people=[_person(one, subjects, wanted.subject) for one in rows],
        subjects=subjects,
        institutions=list_directory_institutions(reading(), actor, today),
        kinds=KINDS,
        pages=_pages(wanted, len(rows), total, asked),
    )


@bp.get("/wie-weet-wat/<uuid:user_id>")
def profile(user_id: UUID) -> ResponseReturnValue:
    """What somebody tells about themselves, to whom they chose; for others this page does not exist."""
    shown = open_profile(reading(), current_actor(), user_id, now=clock.now())
    return render_template(
        "profiles/profile.html",
        shown=shown,
        name=name_of(shown.person),
        initials=initials(shown.person.given_name, shown.person.family_name),
        subjects=name_subjects(list_subject_titles(reading())),
        is_self=user_id == current_actor().user_id,
        kinds=KINDS,
    )


def name_of(row: AnyRow) -> str:
    """The name in running text."""
    return full_name(row.given_name, row.name_particle, row.family_name)


def _wanted() -> Search:
    subject, kind = request.args.get("onderwerp", ""), request.args.get("soort", "")
    try:
        institution = UUID(request.args.get("instelling", ""))
    except ValueError:
        institution = None
    return Search(
        subject if subject in SUBJECTS else "",
        kind if kind in set(SubjectKind) else "",
        institution,
        clean_text(request.args.get("zoek", ""))[:SEARCH_MAX_LENGTH],
        page_number(request.args),
    )


def _asked(wanted: Search) -> dict[str, Any]:
    given = {
        "zoek": wanted.name,
        "onderwerp": wanted.subject,
        "soort": wanted.kind,
        "instelling": str(wanted.institution_id or ""),
    }
    return {name: value for name, value in given.items() if value}


def _person(row: AnyRow, subjects: dict[str, tuple[str, str]], first: str) -> dict[str, Any]:
    """A line of the directory; of many subjects the one that was asked for stands first."""

    def named(codes: list[str] | None) -> list[tuple[str, str]]:
        return [
            subjects[code] for code in sorted(codes or (), key=lambda code: code != first) if code in subjects
        ]

    return {
        "id": row.user_id,
        "name": name_of(row),
        "initials": initials(row.given_name, row.family_name),
        "school": row.institution_name or "",
        "about": row.about,
        "expertise": named(row.expertise),
        "interest": named(row.interest),
    }


def _pages(wanted: Search, shown: int, total: int, asked: dict[str, Any]) -> dict[str, Any]:
    first = (wanted.page - 1) * PAGE

    def url(page: int) -> str:
        return url_for("profiles.directory", **asked, pagina=page if page > 1 else None)

    return {
        "first": first + 1,
        "last": first + shown,
        "total": total,
        "previous_url": url(wanted.page - 1) if wanted.page > 1 else "",
        "next_url": url(wanted.page + 1) if first + PAGE < total else "",
    }
