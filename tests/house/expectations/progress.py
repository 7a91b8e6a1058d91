"""Participation and progress: organisers and admins; the grid of a cohort also for who trains it."""

from typing import Any

from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from tests.house.expecting import only
from tests.house.world import World


def _bulk(world: World) -> dict[str, Any]:
    return {"deed": "uitstel"}


def _chosen(world: World) -> dict[str, Any]:
    return {"wie": [str(world.enrolments["participant"].id)]}


def _signal(world: World, **about: Any) -> RiskSignal:
    times = {"since": world.now.date(), "opened_at": world.now, "seen_at": world.now}
    signal = RiskSignal(rule="quiet", cause="x", cohort_id=world.cohort.id, values={}, **times, **about)
    world.session.add(signal)
    world.session.flush()
    return signal


def extend(world: World) -> None:
    """A participant who is quiet, and a note of the organiser about their institution."""
    place = world.enrolments["participant"].id
    world.args["risk_id"] = _signal(world, enrolment_id=place).id
    note = CallNote(
        institution_id=world.institution.id,
        written_by_id=world.people["organiser"].id,
        words="Gebeld",
        called_at=world.now,
    )
    world.session.add(note)
    world.session.flush()
    world.args["note_id"] = note.id
    # One about the peer was set aside.
    aside = _signal(world, enrolment_id=world.enrolments["peer"].id)
    about = {"rule": "quiet", "cause": "x", "cohort_id": world.cohort.id, "reason": "Anders"}
    world.session.add(RiskDismissal(**about, enrolment_id=aside.enrolment_id, dismissed_at=world.now))
    world.session.flush()
    world.args["risk_id_aside"] = aside.id


def _set_aside(world: World) -> dict[str, Any]:
    return {"risk_id": world.args["risk_id_aside"]}


ORGANISERS = ("organiser", "admin")

EXPECTATIONS = {
    "progress.participation": only(ORGANISERS, 200),
    "progress.annual": only(ORGANISERS, 200),
    "progress.compare": only(ORGANISERS, 200),
    "progress.evidence": only(("organiser",), 200, admin=303, args=lambda _: {"measure": "aanwezigheid"}),
    "progress.own_institution": only(("contact",), 200),
    # Names: an admin who is no organiser is first asked why.
    "progress.cell": only(("organiser",), 200, admin=303),
    "progress.institution": only(ORGANISERS, 200),
    "progress.closing": only(("organiser",), 200, admin=303),
    "progress.cohort": only(("organiser", "trainer"), 200, admin=303),
    # One person by name, and things done for several: their trainers and organisers.
    "progress.story": only(("organiser", "trainer"), 200, admin=303),
    "progress.note_participant": only(("organiser", "trainer"), 422),
    "progress.bulk": only(("organiser", "trainer", "admin"), 303, args=_bulk),
    "progress.bulk POST": only(("organiser", "trainer"), 200, admin=303, args=_bulk, form=_chosen),
    "progress.undo_bulk": only(("organiser", "trainer", "admin"), 303, args=_bulk),
    # What asks attention: names for organisers, and of their own people for trainers; contacts see nothing.
    "progress.risks": only(("organiser",), 200, admin=303),
    "progress.risk": only(("organiser", "trainer"), 200, admin=303),
    "progress.note_risk": only(("organiser", "trainer"), 422, admin=303),
    "progress.dismiss_risk": only(("organiser", "trainer"), 422, admin=303),
    "progress.undo_dismissal": only(("organiser", "trainer"), 303, args=_set_aside),
    "progress.calls": only(("organiser",), 200),
    "progress.calls POST": only(("organiser",), 422),
    "progress.remove_note": only(("organiser",), 303),
}
