"""A small edition: modules with two topics and an activity of every kind."""

from datetime import UTC, datetime
from itertools import count

from sqlalchemy.orm import Session

from peergang.curriculum.models import Activity, ConversationQuestion, Edition, Module, Programme, Topic

_numbers = count(1)

PROMPTS: list[dict[str, object]] = [
    {
        "slug": "bereiken",
        "question": "Wat wilde je bereiken?",
        "hint": "Denk aan je collega's.",
        "min_words": 3,
        "max_words": 150,
    },
    {
        "slug": "gezien",
        "question": "Wat zag je gebeuren?",
        "hint": "Wat hoorde je?",
        "min_words": 3,
        "max_words": 150,
    },
]
CRITERIA = [
    {"slug": "situatie", "label": "Concrete situatie", "description": "Je beschrijft een eigen situatie."},
    {"slug": "rol", "label": "Blik op de eigen rol", "description": "Je kijkt naar je eigen rol."},
]
SETTINGS: dict[str, dict[str, object]] = {
    "conversation": {"figures": ["teacher"], "topics": ["1.1"]},
    "reflection": {"prompts": PROMPTS, "criteria": CRITERIA, "order": "peers_first"},
    "peer_feedback": {
        "give": 2,
        "questions": [
            {"slug": "top", "question": "Wat is sterk?"},
            {"slug": "tip", "question": "Wat kan anders?"},
        ],
    },
    "meeting": {"agenda": [{"title": "Terugblik", "minutes": 30}], "bring": ["een vraag"]},
}
KINDS = (
    ("read", "inspire", 21),
    ("conversation", "design", 14),
    ("meeting", "try_out", 10),
    ("reflection", "reflect", 7),
    ("peer_feedback", "reflect", 3),
    ("practice_example", "share", 0),
)


def make_edition(
    session: Session, *, slug: str = "", modules: int = 1, number: int = 1, sign: str = "peergang"
) -> Edition:
    """A programme with one edition; every activity is required."""
    programme = Programme(slug=slug or f"programma-{next(_numbers)}")
    session.add(programme)
    session.flush()
    edition = Edition(
        programme_id=programme.id,
        number=number,
        checksum=f"som-{next(_numbers)}",
        loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
        title="Peergang i-coaches",
        title_en="Peergang for i-coaches",
        summary="Samen leren.",
        summary_en="Learning together.",
        sign=sign,
        body_html="<p>Voor i-coaches.</p>",
    )
    session.add(edition)
    session.flush()
    for position in range(1, modules + 1):
        make_module(session, edition, position)
    return edition


def make_module(session: Session, edition: Edition, position: int) -> Module:
    module = Module(
        edition_id=edition.id,
        slug=f"module-{position}",
        position=position,
        code=str(position),
        title=f"Module {position}",
        title_en=f"Module {position}",
        question="Welke vragen hebben leraren?",
        question_en="What do teachers ask?",
        summary="Over vragen.",
        summary_en="About questions.",
        main_question=str(position) if position in (1, 3, 4) else None,
        body_html="<p>Waarom dit ertoe doet.</p>",
    )
    session.add(module)
    session.flush()
    _add_topics(session, module)
    _add_activities(session, edition, module)
    return module


def _add_topics(session: Session, module: Module) -> None:
    for number in (1, 2):
        topic = Topic(
            module_id=module.id,
            slug=f"onderwerp-{module.position}-{number}",
            position=number,
            code=f"{module.position}.{number}",
            title=f"Onderwerp {module.position}.{number}",
            title_en=f"Topic {module.position}.{number}",
            summary="Kort.",
            summary_en="Short.",
            minutes=5,
            body_html="<p>Inhoud.</p>",
        )
        session.add(topic)
        session.flush()
        session.add(
            ConversationQuestion(
                topic_id=topic.id,
                slug="vraag",
                position=1,
                figure="teacher",
                theme="culture",
                text="Wat speelt er?",
            )
        )
    session.flush()


def _add_activities(session: Session, edition: Edition, module: Module) -> None:
    for position, (kind, phase, days) in enumerate(KINDS, start=1):
        settings = dict(SETTINGS.get(kind, {}))
        if kind == "peer_feedback":
            settings["about"] = f"m{module.position}-reflection"
        session.add(
            Activity(
                edition_id=edition.id,
                module_id=module.id,
                slug=f"m{module.position}-{kind.replace('_', '-')}",
                position=position,
                kind=kind,
                phase=phase,
                required=True,
                minutes=30,
                due_days_before=days,
                title=f"Opdracht {kind}",
                title_en=f"Activity {kind}",
                summary="Doe dit.",
                summary_en="Do this.",
                body_html="<p>Zo doe je dat.</p>",
                settings=settings,
            )
        )
    session.flush()


def make_next_edition(session: Session, edition: Edition, *, modules: int = 1) -> Edition:
    """The next edition of the same programme: word for word the same, under new ids."""
    following = Edition(
        programme_id=edition.programme_id,
        number=edition.number + 1,
        checksum=f"som-{next(_numbers)}",
        loaded_at=datetime(2026, 2, 1, tzinfo=UTC),
        title=edition.title,
        title_en=edition.title_en,
        summary=edition.summary,
        summary_en=edition.summary_en,
        sign=edition.sign,
        body_html=edition.body_html,
    )
    session.add(following)
    session.flush()
    for position in range(1, modules + 1):
        make_module(session, following, position)
    return following
