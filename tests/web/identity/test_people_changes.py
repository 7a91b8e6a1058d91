"""Adding and correcting a person, and closing an account, by hand."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.identity.models import Affiliation, RoleGrant, User
from tests.factories.identity import make_institution, make_organiser, make_user

pytestmark = pytest.mark.database
FORM = {"given_name": "Noor", "name_particle": "van", "family_name": "Dijk", "email": "noor@b.example"}


@pytest.fixture
def organiser(client_as: Callable[[User], FlaskClient], session: Session) -> FlaskClient:
    return client_as(make_organiser(session))


def test_somebody_is_added_by_hand(organiser: FlaskClient, session: Session) -> None:
    school = make_institution(session, "ROC Zilverkade")
    session.commit()
    assert 'href="/mensen/nieuw"' in organiser.get("/mensen").text
    answer = organiser.post(
        "/mensen/nieuw", data=FORM | {"institution": str(school.id)}, follow_redirects=True
    )
    assert "Noor van Dijk" in answer.text
    user = session.scalars(select(User).where(User.email == "noor@b.example")).one()
    assert session.scalars(
        select(Affiliation.institution_id).where(Affiliation.user_id == user.id)
    ).all() == [school.id]
    answer = organiser.post("/mensen/nieuw", data=FORM)
    assert (answer.status_code, "hoort al bij iemand" in answer.text) == (422, True)
    assert 'value="Dijk"' in answer.text


def test_an_address_is_corrected(organiser: FlaskClient, session: Session) -> None:
    user = make_user(session, "Nor", email="nor@b.example")
    session.commit()
    url = f"/mensen/{user.id}/gegevens"
    assert url in organiser.get(f"/mensen/{user.id}").text
    assert 'value="nor@b.example"' in organiser.get(url).text
    answer = organiser.post(url, data=FORM | {"email": "geen adres"})
    assert (answer.status_code, "geen e‑mailadres" in answer.text) == (422, True)
    assert "Beide adressen" in organiser.post(url, data=FORM, follow_redirects=True).text
    session.expire_all()
    assert user.email == "noor@b.example"


def test_an_account_is_closed_and_opened(organiser: FlaskClient, session: Session) -> None:
    user = make_user(session)
    session.commit()
    assert "komen vrij" in organiser.get(f"/mensen/{user.id}/sluiten").text
    session.expire_all()
    assert user.deactivated_at is None, "looking closes nothing"
    page = organiser.post(f"/mensen/{user.id}/sluiten", follow_redirects=True).text
    assert "Dit account is gesloten." in page
    session.expire_all()
    assert user.deactivated_at is not None
    assert "weer open" in organiser.post(f"/mensen/{user.id}/heropenen", follow_redirects=True).text
    session.expire_all()
    assert user.deactivated_at is None


def test_the_last_admin_stays_and_is_changed_by_no_organiser(
    organiser: FlaskClient, session: Session
) -> None:
    admin = make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    session.commit()
    page = organiser.post(f"/mensen/{admin.id}/sluiten", follow_redirects=True).text
    assert "minstens één beheerder" in page
    assert f"/mensen/{admin.id}/gegevens" not in page
    assert organiser.get(f"/mensen/{admin.id}/gegevens").status_code == 404
