"""The desk: phrases of one's own, the version before beside this one, and the ways about the page."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.comments import add_comment
from peergang.coursework.models import Reflection, ReviewPhrase
from peergang.coursework.rules.anchors import Quote
from peergang.identity.models import User
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, review, submit

Browser = Callable[[User], FlaskClient]
ZINNEN = "/beoordelen/zinnen"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


@pytest.fixture
def trainer(session: Session, room: Class, client_as: Browser) -> FlaskClient:
    return client_as(session.get_one(User, room.trainer.user_id))


def texts(session: Session) -> list[str]:
    return [one.text for one in session.query(ReviewPhrase).order_by(ReviewPhrase.position)]


def test_phrases_are_kept_ordered_and_offered_on_the_desk(
    session: Session, room: Class, trainer: FlaskClient, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    empty = trainer.get(ZINNEN).get_data(as_text=True)
    assert "Neem deze drie over" in empty
    trainer.post(ZINNEN, data={"intent": "examples"})
    trainer.post(ZINNEN, data={"title": "Doel", "text": "Waarom <juist> dit?"})
    assert len(texts(session)) == 4
    last = session.query(ReviewPhrase).order_by(ReviewPhrase.position.desc()).first()
    assert last is not None
    for _ in range(5):
        trainer.post(f"{ZINNEN}/{last.id}", data={"intent": "up"})
    session.expire_all()
    assert texts(session)[0] == "Waarom <juist> dit?"
    trainer.post(f"{ZINNEN}/{last.id}", data={"intent": "used"})
    assert "1 keer gebruikt" in trainer.get(ZINNEN).get_data(as_text=True)
    desk = trainer.get(f"/beoordelen/{version.reflection_id}").get_data(as_text=True)
    assert "Waarom &lt;juist&gt; dit?" in desk
    colleague = client_as(session.get_one(User, room.colleague.user_id))
    assert "Waarom" not in colleague.get(f"/beoordelen/{version.reflection_id}").get_data(as_text=True)
    assert colleague.post(f"{ZINNEN}/{last.id}", data={"intent": "remove"}).status_code == 404
    trainer.post(f"{ZINNEN}/{last.id}", data={"intent": "remove"})
    assert len(texts(session)) == 3


def test_what_is_wrong_with_a_phrase_is_said_at_the_field(session: Session, trainer: FlaskClient) -> None:
    answer = trainer.post(ZINNEN, data={"title": "x", "text": "  "})
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert "Schrijf de zin die je wilt bewaren." in html
    assert "<title>Fout:" in html.replace("\n", "").replace("  ", "")
    trainer.post(ZINNEN, data={"text": "Goed."})
    one = session.query(ReviewPhrase).one()
    long = trainer.post(f"{ZINNEN}/{one.id}", data={"text": "a" * 601, "intent": "save"})
    assert long.status_code == 422
    assert "a" * 601 in long.get_data(as_text=True), "what was typed stays"
    session.expire_all()
    assert texts(session) == ["Goed."]


def test_the_version_before_stands_beside_with_what_was_said_about_it(
    session: Session, room: Class, trainer: FlaskClient, now: datetime
) -> None:
    first = make_submitted(session, room.author, now)
    actor = actor_of(session, room.trainer)
    claim_review(session, actor, first.reflection_id, now=now)
    add_comment(session, actor, first.id, "gezien", Quote("lachten"), "Hoe dan?", now=now)
    review(session, room.trainer, first, now, "return", "Vertel meer.")
    submit(
        session,
        session.get_one(Reflection, first.reflection_id),
        now,
        gezien="Ze lachten **hard**.\n\n- en ik ook",
    )
    session.commit()
    url = f"/beoordelen/{first.reflection_id}"
    plain = trainer.get(url).get_data(as_text=True)
    assert "Hoe dan?" not in plain, "it belongs to the version before"
    html = trainer.get(f"{url}?naast=1").get_data(as_text=True)
    for words in ("Hoe dan?", "Vertel meer.", "<ins>", "<del>", "Alleen deze versie", 'id="besluit"'):
        assert words in html, words
    assert "**" not in html.split('id="before-title"')[1].split("</section>")[0], "it is shown as it is read"
    assert html.count('id="queue-title"') == 1


def test_without_an_earlier_version_there_is_nothing_beside(
    session: Session, room: Class, trainer: FlaskClient, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    html = trainer.get(f"/beoordelen/{version.reflection_id}?naast=1").get_data(as_text=True)
    assert "pg-beside" not in html
    assert 'href="#decide"' in html
    assert 'id="decide"' in html


def test_two_trainers_see_where_they_differ(
    session: Session, room: Class, trainer: FlaskClient, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, title="Meekijken bij wiskunde")
    colleague = client_as(session.get_one(User, room.colleague.user_id))
    ask = f"/beoordelen/{version.reflection_id}/ijken"
    assert ask in trainer.get(f"/beoordelen/{version.reflection_id}").get_data(as_text=True)
    refused = trainer.post(ask)
    assert refused.status_code == 422
    assert "Kies met wie je wilt ijken." in refused.get_data(as_text=True)
    page = str(trainer.post(ask, data={"colleagues": str(room.colleague.user_id)}).location)
    empty = trainer.post(page, data={"note": "Zin", "intent": "send"})
    assert empty.status_code == 422
    assert "Kies een besluit." in empty.get_data(as_text=True)
    trainer.post(page, data={"criterion-situatie": "yes", "decision": "approve", "note": "Sterk detail"})
    assert "Wacht op jou" in colleague.get("/beoordelen/ijken").get_data(as_text=True)
    blind = colleague.get(page).get_data(as_text=True)
    assert "1 collega gaf al een oordeel" in blind
    assert "Sterk detail" not in blind
    colleague.post(page, data={"criterion-situatie": "not_yet", "decision": "return"})
    for one in (trainer, colleague):
        html = one.get(page).get_data(as_text=True)
        assert "Hier verschillen jullie sterk" in html
        assert "Sterk detail" in html
    author = client_as(session.get_one(User, room.author.user_id))
    assert author.get(page).status_code == 404
    for url in (f"/reflecties/{version.reflection_id}", "/deze-week"):
        assert "Sterk detail" not in author.get(url).get_data(as_text=True)
    assert colleague.post(f"{page}/sluiten").status_code == 404
    assert trainer.post(f"{page}/sluiten").status_code == 303
    author.post(f"/reflecties/{version.reflection_id}/intrekken")
    assert trainer.get(page).status_code == 404
    assert "Meekijken bij wiskunde" not in trainer.get("/beoordelen/ijken").get_data(as_text=True)


def test_a_judgement_that_comes_too_late_is_not_thrown_away(
    session: Session, room: Class, trainer: FlaskClient, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, audience="trainer")
    ask = f"/beoordelen/{version.reflection_id}/ijken"
    page = str(trainer.post(ask, data={"colleagues": str(room.colleague.user_id)}).location)
    trainer.post(page, data={"decision": "approve", "note": "Eerst"})
    late = trainer.post(page, data={"decision": "return", "note": "Een <lange> gedachte"})
    assert late.status_code == 409
    html = late.get_data(as_text=True)
    assert "Een &lt;lange&gt; gedachte" in html
    assert "Niet bewaard: je woorden staan hier nog" in html
    assert "refused-words" not in trainer.get(page).get_data(as_text=True)


def test_a_comment_that_comes_too_late_is_not_thrown_away(
    session: Session, room: Class, trainer: FlaskClient, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, audience="trainer")
    review(session, room.colleague, version, now)
    url = f"/beoordelen/{version.reflection_id}/opmerkingen"
    typed = {"paragraph": "1", "body": "Een <lange> gedachte van een kwartier."}
    for answer in (
        trainer.post(url, data=typed),
        # The colleague's own, which went out with the review.
        client_as(session.get_one(User, room.colleague.user_id)).post(url, data=typed),
    ):
        assert answer.status_code == 409
        html = answer.get_data(as_text=True)
        assert "Niet bewaard: je woorden staan hier nog" in html
        assert "Een &lt;lange&gt; gedachte van een kwartier." in html
