"""Withdrawing, another name, what its owner chose, and erasing."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.certificates.actions.changing import (
    choose_sharing,
    correct_name,
    restore_certificate,
    revoke_certificate,
)
from peergang.certificates.actions.issuing import issue_by_hand
from peergang.certificates.models import Certificate, CertificateDocument
from peergang.certificates.personal_data import erase, export
from peergang.certificates.queries.certificates import (
    find_public,
    get_certificate,
    list_documents,
    list_withdrawn_numbers,
)
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.factories.certificates import ISSUER, Finish, make_certificate, make_finish

WHY = "Er bleek een vergissing te zijn."


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


@pytest.fixture
def certificate(finish: Finish) -> Certificate:
    return make_certificate(finish)


def public(session: Session, certificate: Certificate) -> dict[str, object]:
    session.flush()
    session.expire_all()
    found = find_public(session, certificate.code)
    assert found is not None
    return found


def test_it_is_withdrawn_and_back(
    finish: Finish, session: Session, certificate: Certificate, now: datetime
) -> None:
    organiser = finish.actor(finish.organiser)
    with pytest.raises(Conflict, match="certificate_valid"):
        restore_certificate(session, organiser, certificate.id, now=now)
    with pytest.raises(Invalid):
        revoke_certificate(session, organiser, certificate.id, "fout", now=now)
    revoke_certificate(session, organiser, certificate.id, WHY, now=now)
    assert public(session, certificate)["revoked_at"] == now
    assert WHY not in str(public(session, certificate)), "why is between them"
    assert list_withdrawn_numbers(session) == [certificate.number]
    with pytest.raises(Conflict, match="certificate_revoked"):
        revoke_certificate(session, organiser, certificate.id, WHY, now=now)
    with pytest.raises(Conflict, match="certificate_revoked"):
        correct_name(session, organiser, certificate.id, "Anna Berg", WHY, now=now)
    assert finish.issue() == 0, "the platform does not give it again"
    with pytest.raises(Conflict, match="has_certificate"):
        issue_by_hand(session, finish.actor(finish.trainer), finish.participant.id, WHY, ISSUER, now=now)
    restore_certificate(session, organiser, certificate.id, now=now)
    assert public(session, certificate)["revoked_at"] is None
    assert list_withdrawn_numbers(session) == []


@pytest.mark.parametrize("who", ["trainer", "participant"])
def test_only_organisers_change_one(
    finish: Finish, session: Session, certificate: Certificate, now: datetime, who: str
) -> None:
    actor = finish.actor(getattr(finish, who))
    for act in (
        lambda: revoke_certificate(session, actor, certificate.id, WHY, now=now),
        lambda: restore_certificate(session, actor, certificate.id, now=now),
        lambda: correct_name(session, actor, certificate.id, "Anders", WHY, now=now),
    ):
        with pytest.raises(Forbidden):
            act()


def test_another_name_is_another_document_under_the_same_code(
    finish: Finish, session: Session, certificate: Certificate, now: datetime
) -> None:
    organiser = finish.actor(finish.organiser)
    with pytest.raises(Invalid, match="same"):
        correct_name(session, organiser, certificate.id, " Anna  van der Berg", WHY, now=now)
    assert correct_name(session, organiser, certificate.id, "Anna de Wit", WHY, now=now) == 2
    row = get_certificate(session, certificate.id)
    assert (row.name, row.code, row.document_number) == ("Anna de Wit", certificate.code, 2)
    history = [(one.number, one.name) for one in list_documents(session, [certificate.id])]
    assert history == [(1, "Anna van der Berg"), (2, "Anna de Wit")]
    assert public(session, certificate)["name"] == "Anna de Wit"


def test_a_new_name_of_the_account_does_not_change_what_was_printed(
    finish: Finish, session: Session, certificate: Certificate
) -> None:
    finish.user(finish.participant).family_name = "Andersom"
    assert public(session, certificate)["name"] == "Anna van der Berg"


def test_its_owner_chooses_what_others_see(
    finish: Finish, session: Session, certificate: Certificate, now: datetime
) -> None:
    owner = finish.actor(finish.participant)

    def choose(*, shows_name: bool = True, wants_badge: bool = False, account: str = "") -> None:
        choose_sharing(
            session,
            owner,
            certificate.id,
            shows_name=shows_name,
            wants_badge=wants_badge,
            badge_account=account,
            now=now,
        )

    assert public(session, certificate)["name"] == "Anna van der Berg"
    choose(shows_name=False)
    assert public(session, certificate)["name"] == "A. B."
    assert "Anna" not in str(public(session, certificate))
    choose(wants_badge=True, account="anna@roc.example")
    row = get_certificate(session, certificate.id)
    assert (row.badge_wanted_at, row.badge_account) == (now, "anna@roc.example")
    with pytest.raises(Invalid):
        choose(wants_badge=True, account="anna")
    choose(account="anna@roc.example")
    row = get_certificate(session, certificate.id)
    assert (row.badge_wanted_at, row.badge_account) == (None, ""), "who wants none leaves nothing"
    for who in (finish.trainer, finish.organiser):
        owner = finish.actor(who)
        with pytest.raises(Forbidden):
            choose()


def test_after_erasing_only_the_code_and_the_day_are_left(
    finish: Finish, session: Session, certificate: Certificate, now: datetime
) -> None:
    organiser = finish.actor(finish.organiser)
    correct_name(session, organiser, certificate.id, "Anna de Wit", WHY, now=now)
    exported = export(session, finish.participant.user_id)
    assert [one["name"] for one in exported["certificate_names"]] == ["Anna van der Berg", "Anna de Wit"]
    assert exported["certificates"][0]["hours"] == 40
    erase(session, finish.participant.user_id)
    assert public(session, certificate) == {"code": certificate.code, "erased": True}
    assert list_withdrawn_numbers(session) == [certificate.number]
    with pytest.raises(NotFound):
        get_certificate(session, certificate.id)
    with pytest.raises(NotFound):
        revoke_certificate(session, organiser, certificate.id, WHY, now=now)
    rows = session.execute(sa.select(Certificate.__table__)).all()
    rows += session.execute(sa.select(CertificateDocument.__table__)).all()
    for word in ("Anna", "Berg", "Wit", "Peergang", WHY):
        assert word not in str(rows)


def test_who_gave_and_withdrew_is_forgotten_with_them(
    finish: Finish, session: Session, certificate: Certificate, now: datetime
) -> None:
    correct_name(session, finish.actor(finish.organiser), certificate.id, "Anna de Wit", WHY, now=now)
    revoke_certificate(session, finish.actor(finish.organiser), certificate.id, WHY, now=now)
    erase(session, finish.organiser.id)
    assert finish.certificate().revoked_by_id is None
    assert set(session.scalars(sa.select(CertificateDocument.made_by_id))) == {None}
    assert public(session, certificate)["name"] == "Anna de Wit"
    assert export(session, finish.organiser.id) == {"certificates": [], "certificate_names": []}
