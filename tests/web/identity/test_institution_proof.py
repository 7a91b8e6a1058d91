"""The first time somebody comes in through an institution: nothing is joined before they prove who they are here."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.actions.links import issue_token_secret
from peergang.identity.models import (
    Affiliation,
    AuditEvent,
    Institution,
    InstitutionAccount,
    InstitutionArrival,
    InstitutionMerger,
    RoleGrant,
    SignInSession,
    SingleUseToken,
    Totp,
    User,
)
from peergang.identity.rules import TokenPurpose
from tests.factories.identity import (
    PASSWORD,
    make_institution,
    make_organiser,
    make_token,
    make_user,
    make_user_with_password,
)
from tests.factories.provider import ENTREE, SURFCONEXT, Provider
from tests.web.identity.federation import Journey

FEMKE = str(SURFCONEXT["email"])
VERDER = "/inloggen/instelling/verder"


@pytest.fixture
def school(session: Session) -> Institution:
    school = make_institution(session, "ROC Waterkant", brin="25LX")
    school.sso_domains = ["waterkant.example"]
    session.commit()
    return school


def accounts(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        sa.select(User.email, InstitutionAccount.subject).join(User, User.id == InstitutionAccount.user_id)
    )
    return [(row[0], row[1]) for row in rows]


def mailed(session: Session, user: User) -> str:
    """The path in the mail that a worker would send now."""
    session.expire_all()
    proof = session.scalars(
        sa.select(SingleUseToken).where(
            SingleUseToken.user_id == user.id, SingleUseToken.purpose == TokenPurpose.INSTITUTION_PROOF
        )
    ).one()
    secret = issue_token_secret(session, proof.id, now=clock.now())
    session.commit()
    return f"/inloggen/instelling/bevestig/{secret}"


def proofs(session: Session) -> int:
    statement = sa.select(sa.func.count()).where(SingleUseToken.purpose == TokenPurpose.INSTITUTION_PROOF)
    return session.scalar(statement) or 0


def test_an_equal_address_alone_joins_nothing(
    session: Session, journey: Journey, school: Institution
) -> None:
    make_user_with_password(session, email=FEMKE)
    session.commit()
    assert journey.sign_in().headers["Location"] == VERDER
    page = journey.client.get(VERDER).text
    assert FEMKE in page
    assert "Log in zoals je gewend bent" in page
    assert accounts(session) == []
    assert session.scalars(sa.select(SignInSession)).all() == []
    assert journey.client.get("/mijn-account").status_code == 302


def test_signing_in_with_the_password_proves_it(
    session: Session, journey: Journey, school: Institution
) -> None:
    user = make_user_with_password(session, email=FEMKE)
    session.commit()
    journey.sign_in(next="/bibliotheek/")
    page = journey.client.get(VERDER).text
    path = re.search(r'href="(/inloggen\?next=[^"]+)"', page)
    assert path is not None
    answer = journey.client.post(path[1], data={"email": FEMKE, "password": "mis"})
    assert answer.status_code == 422
    answer = journey.client.post(path[1], data={"email": FEMKE, "password": PASSWORD})
    assert answer.headers["Location"] == "/mijn-account/instelling/koppel"
    assert accounts(session) == []
    page = journey.client.get("/mijn-account/instelling/koppel").text
    assert FEMKE in page
    assert "Waterkant.example" in page
    answer = journey.client.post("/mijn-account/instelling/koppel")
    assert answer.headers["Location"] == "/bibliotheek/"
    assert accounts(session) == [(user.email, "femke")]
    assert session.scalars(sa.select(InstitutionArrival)).all() == []
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "institution_linked")).one()
    assert (event.actor_id, event.details["provider"]) == (user.id, "surfconext")
    journey.client.post("/uitloggen")
    assert journey.sign_in().headers["Location"] == "/"


def test_not_joining_after_all_joins_nothing(session: Session, journey: Journey, school: Institution) -> None:
    make_user_with_password(session, email=FEMKE)
    session.commit()
    journey.sign_in()
    journey.client.post(
        "/inloggen?next=/mijn-account/instelling/koppel", data={"email": FEMKE, "password": PASSWORD}
    )
    assert journey.client.post("/mijn-account/instelling/koppel", data={"cancel": "1"}).status_code == 303
    assert accounts(session) == []
    assert journey.client.get_cookie("peergang_arrival") is None


def test_an_open_browser_joins_nothing_without_a_fresh_proof(
    session: Session, connection: sa.Connection, journey: Journey, school: Institution
) -> None:
    make_user_with_password(session, email=FEMKE)
    session.commit()
    journey.client.post("/inloggen", data={"email": FEMKE, "password": PASSWORD})
    connection.execute(sa.update(SignInSession).values(proved_at=clock.now() - timedelta(hours=1)))
    journey.sign_in()
    answer = journey.client.post("/mijn-account/instelling/koppel")
    assert "/mijn-account/bewijs" in answer.headers["Location"]
    assert accounts(session) == []


def test_a_link_to_the_address_proves_it(session: Session, journey: Journey, school: Institution) -> None:
    user = make_user_with_password(session, email=FEMKE)
    session.commit()
    journey.sign_in(next="/bibliotheek/")
    # The address cannot be changed by who brings it.
    answer = journey.client.post(VERDER, data={"email": "ander@school.example"})
    assert answer.headers["Location"] == "/inloggen/instelling/onderweg"
    link = mailed(session, user)
    assert "Koppel en log in" in journey.client.get(link).text
    assert accounts(session) == []
    answer = journey.client.post(link)
    assert answer.headers["Location"] == "/bibliotheek/"
    assert accounts(session) == [(FEMKE, "femke")]
    assert journey.client.post(link).status_code == 410


def test_the_link_opens_nothing_in_another_browser(
    session: Session, app: Flask, journey: Journey, school: Institution
) -> None:
    """Who types somebody else's address must gain nothing when that person clicks."""
    victim = make_user_with_password(session, email="slachtoffer@school.example")
    session.commit()
    journey.provider.know("femke", SURFCONEXT | {"email": ""})
    journey.sign_in()
    journey.client.post(VERDER, data={"email": victim.email})
    link = mailed(session, victim)
    other = app.test_client()
    answer = other.get(link)
    assert answer.status_code == 410
    assert "in de browser waarin" in answer.text
    assert other.post(link).status_code == 410
    # Also when the victim is half-way an arrival of their own.
    Journey(other, journey.provider).sign_in("iemand")
    assert other.post(link).status_code == 410
    assert accounts(session) == []
    assert session.scalars(sa.select(SignInSession)).all() == []


def test_clicking_often_sends_one_mail(session: Session, journey: Journey, school: Institution) -> None:
    make_user_with_password(session, email=FEMKE)
    session.commit()
    journey.sign_in()
    for _ in range(3):
        assert journey.client.post(VERDER).status_code == 303
    assert proofs(session) == 1


def test_who_was_invited_becomes_active_by_the_mail(
    session: Session, journey: Journey, school: Institution
) -> None:
    user = make_user(session, "Femke", email=FEMKE)
    invitation = make_token(session, user, TokenPurpose.INVITATION, clock.now(), secret="uitgenodigd")
    session.commit()
    journey.provider.know("femke", SURFCONEXT | {"locale": "en-GB"})
    journey.sign_in()
    page = journey.client.get(VERDER).text
    assert "Stuur een link" in page
    assert "Log in zoals je gewend bent" not in page
    journey.client.post(VERDER)
    assert journey.client.post(mailed(session, user)).headers["Location"] == "/"
    session.expire_all()
    assert accounts(session) == [(FEMKE, "femke")]
    assert session.get_one(SingleUseToken, invitation.id).used_at is not None
    assert session.get_one(User, user.id).locale == "en"
    assert session.scalars(sa.select(Affiliation.institution_id)).all() == [school.id]


def test_the_invitation_itself_is_proof_enough(
    session: Session, journey: Journey, school: Institution
) -> None:
    user = make_user(session, "Femke", email="elders@school.example")
    make_token(session, user, TokenPurpose.INVITATION, clock.now(), secret="uitgenodigd")
    session.commit()
    assert "Log in via je instelling" in journey.client.get("/uitnodiging/uitgenodigd").text
    answer = journey.sign_in(invitation="uitgenodigd")
    assert answer.headers["Location"] == "/"
    assert accounts(session) == [("elders@school.example", "femke")]
    assert journey.client.get("/uitnodiging/uitgenodigd").status_code == 410


def test_an_invitation_that_was_made_up_opens_nothing(session: Session, journey: Journey) -> None:
    answer = journey.sign_in(invitation="verzonnen")
    assert answer.status_code == 400
    assert accounts(session) == []


def test_who_is_unknown_reads_whom_to_ask(session: Session, journey: Journey, school: Institution) -> None:
    contact = make_user(session, "Tjitske", "Hoogmoed", email="tjitske@waterkant.example")
    session.add(RoleGrant(user_id=contact.id, role="contact", institution_id=school.id))
    organiser = make_organiser(session)
    session.commit()
    journey.sign_in()
    page = journey.client.get(VERDER).text
    assert "We kennen je nog niet" in page
    assert "ROC Waterkant" in page
    assert contact.email in page
    assert organiser.email in page
    journey.client.post(VERDER)
    assert proofs(session) == 0
    assert session.scalars(sa.select(User).where(User.email == FEMKE)).all() == []


def test_an_unknown_institution_is_named_as_it_called_itself(session: Session, journey: Journey) -> None:
    journey.sign_in()
    page = journey.client.get(VERDER).text
    assert "We kennen je instelling nog niet" in page
    assert "Waterkant.example" in page


@pytest.mark.parametrize(
    "told",
    [
        {"schac_home_organization": "WATERKANT.EXAMPLE"},
        {"schac_home_organization": ["waterkant.example"]},
        {"schac_home_organization": "oud.example"},
    ],
)
def test_an_institution_is_found_by_its_domain_and_through_mergers(
    session: Session, journey: Journey, school: Institution, told: dict[str, object]
) -> None:
    old = make_institution(session, "ROC Oud")
    old.sso_domains, old.valid_until = ["oud.example"], clock.now().date()
    session.flush()
    session.add(
        InstitutionMerger(
            institution_id=old.id, successor_id=school.id, merged_on=old.valid_until, created_at=clock.now()
        )
    )
    session.commit()
    journey.provider.know("femke", SURFCONEXT | told)
    journey.sign_in()
    assert session.scalars(sa.select(InstitutionArrival.institution_id)).one() == school.id


class TestEntree:
    """Entree tells a BRIN, often no address and sometimes no surname."""

    @pytest.fixture
    def journey(self, client: FlaskClient, provider: Provider, use: Callable[..., None]) -> Journey:
        use(provider.provider("entree"), sign_up=True)
        provider.know("femke", ENTREE)
        return Journey(client, provider, name="entree")

    @pytest.mark.parametrize("brin", ["25LX", "25lx00", "25LX04"])
    def test_what_is_missing_is_asked_once_and_never_again(
        self, session: Session, journey: Journey, school: Institution, brin: str
    ) -> None:
        journey.provider.know("femke", ENTREE | {"nlEduPersonHomeOrganizationId": brin, "uid": "x"})
        journey.sign_in()
        page = journey.client.get(VERDER).text
        assert "Achternaam" in page
        assert "Voornaam" not in page
        answer = journey.client.post(VERDER, data={"email": "femke@waterkant.example"})
        assert answer.status_code == 422
        assert "Vul een naam in." in answer.text
        answer = journey.client.post(
            VERDER, data={"email": "Femke@waterkant.example", "family_name": "van der Zeggelaar"}
        )
        assert answer.status_code == 303
        user = session.scalars(sa.select(User)).one()
        assert (user.given_name, user.name_particle, user.family_name) == ("Femke", "van der", "Zeggelaar")
        # Known by name and address, and nothing more: the address counts only now.
        assert session.scalars(sa.select(Affiliation)).all() == []
        assert journey.client.post(mailed(session, user)).headers["Location"] == "/"
        assert session.scalars(sa.select(Affiliation.institution_id)).one() == school.id
        journey.client.post("/uitloggen")
        assert journey.sign_in().headers["Location"] == "/"

    def test_the_answer_does_not_tell_whether_an_address_is_known(
        self,
        session: Session,
        journey: Journey,
        school: Institution,
        provider: Provider,
        use: Callable[..., None],
    ) -> None:
        use(provider.provider("entree"))
        known = make_user_with_password(session, email="bekend@school.example")
        session.commit()
        journey.sign_in()
        pages = {
            journey.client.post(VERDER, data={"email": email}, follow_redirects=True).text
            for email in (known.email, "onbekend@school.example")
        }
        assert len(pages) == 1
        assert proofs(session) == 1


def test_sign_up_makes_an_account_when_it_is_on(
    session: Session, journey: Journey, school: Institution, provider: Provider, use: Callable[..., None]
) -> None:
    use(provider.provider(), sign_up=True)
    journey.sign_in()
    page = journey.client.get(VERDER).text
    assert "Maak je account" in page
    journey.client.post(VERDER)
    user = session.scalars(sa.select(User).where(User.email == FEMKE)).one()
    assert user.name_particle == "van der"
    assert journey.client.post(mailed(session, user)).status_code == 303
    assert accounts(session) == [(FEMKE, "femke")]


def test_sign_up_is_for_known_institutions(
    session: Session, journey: Journey, provider: Provider, use: Callable[..., None]
) -> None:
    use(provider.provider(), sign_up=True)
    journey.sign_in()
    journey.client.post(VERDER)
    assert session.scalars(sa.select(User)).all() == []


def test_the_code_of_an_app_is_still_asked(session: Session, journey: Journey, school: Institution) -> None:
    user = make_user_with_password(session, email=FEMKE)
    session.add(Totp(user_id=user.id, secret=b"x", created_at=clock.now(), confirmed_at=clock.now()))
    session.commit()
    journey.sign_in()
    journey.client.post(VERDER)
    answer = journey.client.post(mailed(session, user))
    assert "tweede" in answer.headers["Location"] or "code" in answer.headers["Location"]
    assert session.scalars(sa.select(SignInSession)).all() == []


def test_without_an_arrival_the_pages_say_to_begin_again(client: FlaskClient) -> None:
    assert client.get(VERDER).status_code == 400
    assert client.post(VERDER, data={"email": FEMKE}).status_code == 400
