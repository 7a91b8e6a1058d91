"""One's accounts of institutions: joining another while signed in, and parting one, never the last way in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.models import AuditEvent, InstitutionAccount, Passkey, SignInSession, User
from tests.factories.identity import make_user, make_user_with_password
from tests.factories.provider import Provider
from tests.web.identity.federation import Journey
from tests.web.identity.test_institution_sign_in import link

PAGE = "/mijn-account/instelling"


@pytest.fixture
def signed_in(
    client_as: Callable[[User], FlaskClient], provider: Provider, use: Callable[..., None]
) -> Callable[[User], Journey]:
    def make(user: User) -> Journey:
        use(provider.provider())
        return Journey(client_as(user), provider)

    return make


def another(journey: Journey, subject: str = "femke") -> str:
    address = journey.leave(f"{PAGE}/surfconext/koppel")
    return journey.client.get(journey.back(address, subject), follow_redirects=True).text


def test_another_is_joined_while_signed_in(session: Session, signed_in: Callable[[User], Journey]) -> None:
    user = make_user_with_password(session)
    journey = signed_in(user)
    assert "Nog niets gekoppeld" in journey.client.get(PAGE).text
    page = another(journey)
    assert "Waterkant.example" in page
    another(journey, "een-ander")
    assert [one.user_id for one in session.scalars(sa.select(InstitutionAccount))] == [user.id, user.id]
    # Again the same is no mistake.
    another(journey)
    assert len(session.scalars(sa.select(InstitutionAccount)).all()) == 2


def test_what_belongs_to_somebody_else_stays_theirs(
    session: Session, provider: Provider, signed_in: Callable[[User], Journey]
) -> None:
    owner = make_user(session)
    link(session, owner, provider)
    journey = signed_in(make_user_with_password(session))
    assert "hoort al bij iemand anders" in another(journey)
    assert session.scalars(sa.select(InstitutionAccount.user_id)).all() == [owner.id]


def test_who_signed_out_meanwhile_joins_nothing(
    session: Session, signed_in: Callable[[User], Journey]
) -> None:
    journey = signed_in(make_user_with_password(session))
    back = journey.back(journey.leave(f"{PAGE}/surfconext/koppel"))
    with journey.client.session_transaction() as cookie:
        del cookie["_user_id"]
    assert journey.client.get(back).status_code == 400
    assert session.scalars(sa.select(InstitutionAccount)).all() == []


def test_it_asks_a_fresh_proof(
    session: Session, connection: sa.Connection, signed_in: Callable[[User], Journey]
) -> None:
    journey = signed_in(make_user_with_password(session))
    connection.execute(sa.update(SignInSession).values(proved_at=clock.now() - timedelta(hours=1)))
    answer = journey.client.post(f"{PAGE}/surfconext/koppel")
    assert "/mijn-account/bewijs" in answer.headers["Location"]


def unlink(journey: Journey, account: InstitutionAccount) -> str:
    return journey.client.post(f"{PAGE}/{account.id}/ontkoppel", follow_redirects=True).text


def left(session: Session) -> int:
    return len(session.scalars(sa.select(InstitutionAccount)).all())


def test_with_a_password_it_can_go(
    session: Session, provider: Provider, signed_in: Callable[[User], Journey]
) -> None:
    user = make_user_with_password(session)
    account = link(session, user, provider)
    assert "Ontkoppeld." in unlink(signed_in(user), account)
    assert left(session) == 0
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "institution_unlinked")).one()
    assert event.actor_id == user.id


def test_the_last_way_in_stays(
    session: Session, provider: Provider, signed_in: Callable[[User], Journey]
) -> None:
    user = make_user(session)
    account = link(session, user, provider)
    journey = signed_in(user)
    assert "enige manier" in unlink(journey, account)
    # An account at a provider that is no longer in use opens nothing.
    other = link(session, user, provider, "oud")
    other.issuer = "https://vroeger.example"
    session.commit()
    assert "enige manier" in unlink(journey, account)
    assert left(session) == 2
    session.add(
        Passkey(
            user_id=user.id, credential_id=b"1", public_key=b"1", sign_count=0, name="Sleutel",
            created_at=clock.now(), transports=[],
        )
    )  # fmt: skip
    session.commit()
    unlink(journey, account)
    assert left(session) == 1


def test_somebody_elses_is_not_there(
    session: Session, provider: Provider, signed_in: Callable[[User], Journey]
) -> None:
    account = link(session, make_user(session), provider)
    journey = signed_in(make_user_with_password(session))
    assert journey.client.post(f"{PAGE}/{account.id}/ontkoppel").status_code == 404
    assert left(session) == 1


def test_the_account_page_leads_there(session: Session, signed_in: Callable[[User], Journey]) -> None:
    journey = signed_in(make_user_with_password(session))
    pages = journey.client.get("/mijn-account").text + journey.client.get("/mijn-account/beveiliging").text
    assert f'href="{PAGE}"' in pages
