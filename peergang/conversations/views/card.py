"""The conversation card: choose with whom and about what, pick questions, print.

The address holds every choice, so it can be kept and shared; nothing is stored.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from peergang.conversations.rules import MAX_OWN_QUESTION, choose_questions, moved, topics_to_ask
from peergang.conversations.views import bp
from peergang.core.i18n import gettext as _, pick
from peergang.curriculum.labels import FIGURE_HINTS, FIGURES, TALKING_WITH, THEMES
from peergang.curriculum.queries import get_module, list_current_modules, list_questions, list_topics
from peergang.curriculum.rules import KeyFigure
from peergang.web.database import reading

MAX_OWN_QUESTIONS = 6
MAX_OPENING = 300


@bp.get("/gesprekken/kaart")
def card() -> ResponseReturnValue:
    """The builder with the card beside it."""
    session = reading()
    modules = list_current_modules(session)
    module = _module(session, modules)
    if module is None:
        return render_template("conversations/no_card.html")
    topics = list_topics(session, module.module_id)
    codes = topics_to_ask(request.args.getlist("onderwerp"), [one.code for one in topics])
    figure = _figure()
    offered = list_questions(session, module.module_id, figure=figure, topic_codes=codes)
    choice_key = f"{module.code}:{figure}:{','.join(codes)}"
    chosen = _chosen(offered, choice_key)
    return render_template(
        "conversations/card.html",
        modules=_with(modules, module),
        module=module,
        topics=topics,
        codes=codes,
        figure=figure,
        figures=FIGURES,
        figure_hints=FIGURE_HINTS,
        talking_with=TALKING_WITH,
        themes=THEMES,
        chosen=chosen,
        rest=[one for one in offered if one not in chosen],
        own=_own_questions(),
        choice_key=choice_key,
        opening=_opening(),
        title=_title(module, topics, codes),
    )


def _module(session: Session, modules: Sequence[Any]) -> Any | None:
    """The module that the address names, also one of an older edition; else the first."""
    wanted = request.args.get("module", type=UUID)
    if wanted is None:
        return modules[0] if modules else None
    return next((one for one in modules if one.module_id == wanted), None) or get_module(session, wanted)


def _with(modules: Sequence[Any], module: Any) -> list[Any]:
    known = any(one.module_id == module.module_id for one in modules)
    return list(modules) if known else [module, *modules]


def _figure() -> str:
    wanted = request.args.get("wie", "")
    return wanted if wanted in FIGURES else KeyFigure.TEACHER.value


def _chosen(offered: Sequence[Any], choice_key: str) -> list[Any]:
    """The questions on the card, in their order, after the arrow that was pressed."""
    by_id = {str(one.question_id): one for one in offered}
    # A choice that was made for another key figure or topic does not count: the first questions of this one do.
    wanted = [one for one in request.args.getlist("vraag") if one in by_id]
    touched = bool(wanted) or request.args.get("gekozen") == choice_key
    order = choose_questions(list(by_id), wanted, touched=touched)
    order = moved(order, request.args.get("omhoog"), up=True)
    order = moved(order, request.args.get("omlaag"), up=False)
    return [by_id[one] for one in order]


def _own_questions() -> list[str]:
    texts = [text.strip()[:MAX_OWN_QUESTION] for text in request.args.getlist("eigen")]
    return list(dict.fromkeys(text for text in texts if text))[:MAX_OWN_QUESTIONS]


def _opening() -> str:
    first = _("Ik ben benieuwd hoe jij hiernaar kijkt. Er is geen goed of fout antwoord.")
    return request.args.get("begin", first)[:MAX_OPENING]


def _title(module: Any, topics: Sequence[Any], codes: Sequence[str]) -> str:
    if len(codes) == 1:
        return next(pick(one.title, one.title_en) for one in topics if one.code == codes[0])
    return pick(module.title, module.title_en)
