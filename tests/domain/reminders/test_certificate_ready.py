"""Who finished hears of it once, and not of what was withdrawn."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.certificates.actions.changing import revoke_certificate
from peergang.certificates.personal_data import erase
from peergang.certificates.rules.codes import show_code
from tests.domain.reminders.conftest import Ledger
from tests.factories.certificates import Finish, make_certificate, make_finish

RULE = "certificate_ready"


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


def test_it_comes_once_and_keeps_the_code_to_itself(
    finish: Finish, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    assert ledger.plan(RULE, now) == 0
    certificate = make_certificate(finish)
    assert ledger.plan(RULE, now) == 1
    (mail,) = ledger.deliver(now)
    assert ledger.addresses() == [finish.user(finish.participant).email]
    assert mail["Subject"] == "Je certificaat is klaar"
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert "Peergang i-coaches" in text
        assert certificate.code not in text
        assert show_code(certificate.code) not in text
    assert ledger.plan(RULE, now) == 0


@pytest.mark.parametrize("why", ["withdrawn", "erased", "old"])
def test_what_is_over_is_not_mailed(
    finish: Finish, session: Session, ledger: Ledger, now: datetime, why: str
) -> None:
    certificate = make_certificate(finish)
    if why == "old":
        assert ledger.plan(RULE, now + timedelta(days=8)) == 0
        return
    assert ledger.plan(RULE, now) == 1
    if why == "withdrawn":
        organiser = finish.actor(finish.organiser)
        revoke_certificate(session, organiser, certificate.id, "Er was een vergissing.", now=now)
    else:
        erase(session, finish.participant.user_id)
    assert ledger.deliver(now) == []
