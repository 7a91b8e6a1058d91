"""Practice examples and experiences with them."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from peergang.identity.models import Institution, User
from peergang.practice.models import Adoption, PracticeExample

_numbers = count(1)


def make_example(
    session: Session,
    author: User,
    now: datetime,
    *,
    title: str = "",
    state: str = "published",
    institution: Institution | None = None,
    **more: object,
) -> PracticeExample:
    texts = {name: f"Tekst bij {name}." for name in ("summary", "context", "approach", "result", "learned")}
    published = state in ("published", "review_due")
    example = PracticeExample(
        author_id=author.id,
        institution_id=institution.id if institution else None,
        title=title or f"Voorbeeld {next(_numbers)}",
        state=state,
        created_at=now,
        saved_at=now,
        published_at=now if published else None,
        review_by=(now + timedelta(days=365)).date() if published else None,
        **{**texts, **more},
    )
    session.add(example)
    session.flush()
    return example


def make_adoption(
    session: Session, example: PracticeExample, user: User, now: datetime, *, outcome: str = "worked"
) -> Adoption:
    adoption = Adoption(
        example_id=example.id, user_id=user.id, outcome=outcome, note="Ging zo.", created_at=now
    )
    session.add(adoption)
    session.flush()
    return adoption
