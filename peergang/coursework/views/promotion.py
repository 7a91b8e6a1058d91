"""A reflection becomes a practice example: taking text over, looking whether students can be recognised, and who is in it."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.errors import Invalid
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.coursework.actions.promotion import promote_reflection
from peergang.coursework.forms.promotion import LONG, PromotionForm
from peergang.coursework.labels.promotion import PROMOTION_PROBLEMS, SIGNS
from peergang.coursework.policy import can_promote_reflection
from peergang.coursework.queries.promotion import PARTS, list_known, list_promoted, text_of
from peergang.coursework.queries.reflections import ReflectionHead, Version, get_head, list_versions
from peergang.coursework.rules.document import plain_text
from peergang.coursework.rules.quoting import find_mentioned
from peergang.coursework.views import bp
from peergang.coursework.views.reading import shown_question
from peergang.practice.rules.student_data import find_student_data
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, and the part that its text goes to ("" for none)."""

    slug: str
    question: str
    text: str
    goes_to: str


def _source(reflection_id: UUID) -> tuple[ReflectionHead, Version]:
    """The reflection and its latest version, when it is the reader's to make an example of."""
    session, actor = reading(), current_actor()
    head, access = get_head(session, actor, reflection_id)
    require(can_promote_reflection(actor, access))
    return head, list_versions(session, reflection_id)[0]


def _answers(head: ReflectionHead, version: Version) -> list[Answered]:
    found = []
    for prompt in version.asked(head):
        text = plain_text(version.answers.get(prompt["slug"], ""))
        goes_to = request.form.get(f"naar-{prompt['slug']}", "")
        if text:
            found.append(
                Answered(prompt["slug"], shown_question(prompt), text, goes_to if goes_to in PARTS else "")
            )
    return found


@bp.route("/reflecties/<uuid:reflection_id>/voorbeeld", methods=["GET", "POST"])
def promote(reflection_id: UUID) -> ResponseReturnValue:
    """The answers beside the parts of an example. Taking text over and looking once more keep nothing; a third button
    keeps it as a draft.
    """
    head, version = _source(reflection_id)
    if request.method == "GET":
        return _page(head, version, PromotionForm(data={"title": version.title[:120]}))
    form = PromotionForm()
    intent = request.form.get("actie")
    if intent == "overzetten":
        for answer in _answers(head, version):
            if answer.goes_to:
                form.put(answer.goes_to, answer.text)
        return _page(head, version, form)
    if not form.validate():
        return _page(head, version, form), 422
    return _keep(head, version, form) if intent == "maken" else _page(head, version, form)


def _keep(head: ReflectionHead, version: Version, form: PromotionForm) -> ResponseReturnValue:
    try:
        with transaction() as session:
            example = promote_reflection(
                session,
                current_actor(),
                head.reflection_id,
                form.values(),
                no_student_data=bool(form.no_student_data.data),
                now=clock.now(),
            )
    except Invalid as error:
        form.take(error, PROMOTION_PROBLEMS)
        return _page(head, version, form), 422
    flash(_("Je concept staat klaar. Alleen jij ziet het nog."), "ok")
    return redirect(url_for("coursework.promotion_consents", example_id=example.id), code=303)


def _page(head: ReflectionHead, version: Version, form: PromotionForm) -> str:
    session = reading()
    # What is longer is refused when it is to be kept, so it is looked at once it is shorter.
    values = {name: text[:LONG] for name, text in form.values().items()}
    mentioned = find_mentioned(text_of(values), list_known(session, head.reflection_id))
    return render_template(
        "coursework/promote.html",
        head=head,
        version=version,
        form=form,
        answers=_answers(head, version),
        parts=[(name, form[name].label.text) for name in PARTS],
        seen=find_student_data(values),
        signs=SIGNS,
        mentioned=mentioned,
        made=list_promoted(session, current_actor(), head.reflection_id),
        has_text=any(values[name] for name in PARTS),
    )
