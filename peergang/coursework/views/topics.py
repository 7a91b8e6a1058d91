"""A topic, and the mark that it was read."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from peergang.cohorts.rules import EnrolmentState
from peergang.core import clock
from peergang.core.i18n import gettext as _, ngettext
from peergang.coursework.actions.topics import mark_topic_read, unmark_topic_read
from peergang.coursework.labels import CONFLICTS
from peergang.coursework.queries.modules import get_module, list_topics
from peergang.coursework.queries.topics import get_topic
from peergang.coursework.rules.going import why_closed
from peergang.coursework.views import bp
from peergang.coursework.views.completion import find_read_completion
from peergang.coursework.views.modules import by_figure, is_open, trail_name
from peergang.coursework.views.which_cohort import cohort_named, keep_cohort
from peergang.curriculum.queries import list_questions_of_topic
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@bp.get("/onderwerpen/<uuid:topic_id>")
def topic(topic_id: UUID) -> ResponseReturnValue:
    """One topic: the text, the questions that go with it, and the mark that it was read."""
    session, actor, now = reading(), current_actor(), clock.now()
    found = get_topic(session, topic_id)
    here = get_module(session, actor, found.module_id, cohort_named())
    if not is_open(here, now):
        return redirect(url_for("coursework.module", module_id=here.module_id, **keep_cohort()))
    topics = list_topics(session, found.module_id, here.enrolment_id)
    closed = CONFLICTS.get(why_closed(here.cohort_state, here.opens_at, now)) if here.enrolment_id else None
    left = sum(one.read_at is None for one in topics)
    index = next(number for number, one in enumerate(topics) if one.topic_id == topic_id)
    return render_template(
        "coursework/topic.html",
        topic=found,
        here=here,
        read_at=topics[index].read_at,
        left=left,
        completion=find_read_completion(here, left, now),
        previous=topics[index - 1] if index else None,
        following=topics[index + 1] if index + 1 < len(topics) else None,
        questions=by_figure(list_questions_of_topic(session, topic_id)),
        can_mark=here.enrolment_id is not None
        and here.enrolment_state == EnrolmentState.ACTIVE
        and not closed,
        closed=closed,
        keep=keep_cohort(),
        cohort_name=trail_name(here),
    )


@bp.post("/onderwerpen/<uuid:topic_id>/gelezen")
def mark_topic(topic_id: UUID) -> ResponseReturnValue:
    """ "Ik heb dit gelezen"."""
    with transaction() as session:
        left = mark_topic_read(session, current_actor(), topic_id, cohort_id=cohort_named(), now=clock.now())
    if left:
        text = ngettext(
            "Gelezen. Nog %(num)s onderwerp te gaan.", "Gelezen. Nog %(num)s onderwerpen te gaan.", left
        )
    else:
        text = _("Gelezen. Dat waren alle onderwerpen van deze module.")
    flash(text, "ok")
    return redirect(url_for("coursework.topic", topic_id=topic_id, **keep_cohort()), code=303)


@bp.post("/onderwerpen/<uuid:topic_id>/ongelezen")
def unmark_topic(topic_id: UUID) -> ResponseReturnValue:
    """Take the mark off again."""
    with transaction() as session:
        unmark_topic_read(session, current_actor(), topic_id, cohort_id=cohort_named(), now=clock.now())
    flash(_("Dit onderwerp staat weer op nog te lezen."), "ok")
    return redirect(url_for("coursework.topic", topic_id=topic_id, **keep_cohort()), code=303)
