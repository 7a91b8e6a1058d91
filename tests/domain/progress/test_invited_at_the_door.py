"""What was written down at the door of who was only invited changes no figure, until they take their place."""

from datetime import timedelta

import pytest
from sqlalchemy import true

from peergang.certificates.queries.figures import get_figures
from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.models import ActivityCompletion, Enrolment
from peergang.core.permissions import Actor
from peergang.progress.queries.annual import list_meeting_minutes
from peergang.progress.queries.hours import list_lines
from peergang.progress.queries.meetings import list_meeting_attendance
from peergang.progress.queries.participation import list_cells_in
from peergang.progress.queries.risk_rules.below_half import RULE as BELOW_HALF
from peergang.progress.queries.risk_rules.missed_meetings import RULE as MISSED
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.years import Kind, Year
from tests.factories.cohorts import list_cohort_activities, make_cohort, make_meeting, make_participant
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import compile_now

pytestmark = pytest.mark.database
DAY = timedelta(days=1)


class Scene:
    """A cohort with three meetings and two people of one school; a third of that school is invited."""

    def __init__(self, session, now):
        self.session, self.now = session, now
        self.edition = make_edition(session)
        self.cohort = make_cohort(session, now, edition=self.edition)
        activity = next(
            row for row in list_cohort_activities(session, self.cohort.id) if row.kind == "meeting"
        )
        linked = {"module_id": activity.module_id, "activity_id": activity.activity_id}
        self.meetings = [
            make_meeting(session, self.cohort, now - (12 - 4 * n) * DAY, number=n + 1, **linked)
            for n in range(3)
        ]
        school = make_institution(session)
        self.active = [make_participant(session, self.cohort, institution=school) for _ in range(2)]
        self.invited = make_participant(session, self.cohort, institution=school, state="invited")
        self.trainer = Actor(user_id=make_user(session).id, trains=frozenset({self.cohort.id}))

    def record(self, meeting, *people, state="present"):
        states = {one.id: state for one in people}
        record_attendance(self.session, self.trainer, meeting.id, states, now=self.now)

    def accept(self):
        actor = Actor(user_id=self.invited.user_id)
        accept_invitation(self.session, actor, self.invited.id, now=self.now)

    def figures(self):
        """Every road on which attendance becomes a figure, as plain values."""
        session, now = self.session, self.now
        compile_now(session, now)
        past = Moment(now, (now - DAY).date())
        year = Year(Kind.SCHOOL, 2026, Sign.BOTH, None, now)
        ids = [one.id for one in self.active]
        rules = [rule.find(now, true()) for rule in (MISSED, BELOW_HALF)]
        return {
            "meetings": plain(list_meeting_attendance(session, now, [self.cohort.id])),
            "meetings then": plain(list_meeting_attendance(session, past, [self.cohort.id])),
            "cells": plain(list_cells_in(session, now, [self.cohort.id])),
            "minutes": plain(list_meeting_minutes(session, year)),
            "certificates": get_figures(session, ids),
            "hours": list_lines(session, actor_of(session, self.invited)),
            "risks": [plain(session.execute(rule, {"now": now})) for rule in rules],
            "facts": session.query(ActivityCompletion).count(),
        }


def plain(rows):
    return [tuple(row) for row in rows]


@pytest.fixture
def scene(session, now):
    return Scene(session, now)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_no_figure_changes_while_they_are_only_invited(scene, state):
    for meeting in scene.meetings[:2]:
        scene.record(meeting, *scene.active)
    before = scene.figures()
    for meeting in scene.meetings:
        scene.record(meeting, scene.invited, state=state)
    assert scene.figures() == before, "also the third meeting, of which nothing else is known, does not count"


def test_nor_when_they_decline_or_the_cohort_gets_a_newer_edition(scene):
    scene.record(scene.meetings[0], *scene.active)
    scene.record(scene.meetings[0], scene.invited)
    before = scene.figures()
    edition = make_next_edition(scene.session, scene.edition)
    organiser = actor_of(scene.session, make_organiser(scene.session))
    newer = {"from_edition_id": scene.edition.id, "to_edition_id": edition.id}
    upgrade_edition(scene.session, organiser, scene.cohort.id, **newer, now=scene.now)
    facts = scene.session.query(ActivityCompletion.enrolment_id).distinct().all()
    assert {one for (one,) in facts} == {one.id for one in scene.active}
    withdraw_enrolment(scene.session, Actor(user_id=scene.invited.user_id), scene.invited.id, now=scene.now)
    after = scene.figures()
    assert {key: after[key] for key in ("meetings", "meetings then", "minutes", "hours")} == {
        key: before[key] for key in ("meetings", "meetings then", "minutes", "hours")
    }


def test_from_the_moment_they_accept_it_counts_as_that_of_others(scene):
    for meeting in scene.meetings[:2]:
        scene.record(meeting, *scene.active, scene.invited)
    before = scene.figures()
    scene.accept()
    after = scene.figures()
    assert [row[-2:] for row in before["meetings"]] == [(2, 2), (2, 2)]
    assert before["meetings then"] == before["meetings"]
    assert [row[-2:] for row in after["meetings"]] == [(3, 3), (3, 3)]
    assert after["meetings then"] == before["meetings then"], "a past day stays as it was"
    assert after["minutes"][0][-1] == before["minutes"][0][-1] * 3 // 2
    assert len(after["hours"]) == 2
    assert after["facts"] == before["facts"] + 1


def test_nor_does_it_help_towards_a_certificate_in_another_cohort(scene):
    """Where somebody went on elsewhere, meetings of the earlier cohort count: of the one they took part in."""
    other = make_cohort(scene.session, scene.now, edition=scene.edition)
    make_meeting(scene.session, other, scene.now - DAY, number=1)
    same = {"user_id": scene.invited.user_id, "affiliation_id": scene.invited.affiliation_id}
    place = {"role": "participant", "state": "active", "activated_at": scene.now}
    there = Enrolment(cohort_id=other.id, **same, **place)
    scene.session.add(there)
    scene.session.flush()
    before = get_figures(scene.session, [there.id])
    scene.record(scene.meetings[0], scene.invited)
    assert get_figures(scene.session, [there.id]) == before
    scene.accept()
    assert get_figures(scene.session, [there.id]) != before
