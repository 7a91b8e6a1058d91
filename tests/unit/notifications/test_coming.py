"""What is foreseen for somebody: the same judgment as the engine's, moment after moment."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given, strategies as st

from peergang.notifications.rules import Delivery, Habits, Pending, Rhythm, Step, Urgency
from peergang.notifications.rules.calm import next_open
from peergang.notifications.rules.coming import foresee
from peergang.notifications.rules.judging import WEEK

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
END = NOW + 14 * DAY


def matter(after: timedelta = timedelta(), lasts: timedelta = 20 * DAY, **more: object) -> Pending:
    values = {"rule": "meeting_tomorrow", "urgency": Urgency.NORMAL} | more
    return Pending(id=uuid4(), ready_at=NOW + after, expires_at=NOW + after + lasts, **values)  # type: ignore[arg-type]


def test_what_is_ready_goes_now_and_together() -> None:
    one, two, alone = matter(), matter(), matter(alone=True)
    found = foresee([one, two, alone], Habits(), (), NOW, END)
    assert {found[each.id].at for each in (one, two, alone)} == {NOW}
    assert found[one.id].mail == found[two.id].mail != found[alone.id].mail


def test_what_comes_later_goes_then() -> None:
    later = matter(3 * DAY)
    assert foresee([later], Habits(), (), NOW, END)[later.id].at == NOW + 3 * DAY


def test_a_full_week_lets_it_wait_until_there_is_room() -> None:
    mailed = [NOW - 6 * DAY + timedelta(hours=1)] + [NOW - DAY] * 4
    one = matter(urgency=Urgency.HIGH)
    found = foresee([one], Habits(mailed=5), mailed, NOW, END)[one.id]
    assert (found.step, found.reason) == (Step.SEND, "budget")
    assert found.at > mailed[0] + WEEK - timedelta(seconds=1)


def test_a_bundle_waits_for_monday() -> None:
    one, two = matter(), matter(DAY)
    found = foresee([one, two], Habits(rhythm=Rhythm.WEEKLY), (), NOW, END)
    assert found[one.id] == found[two.id]
    assert found[one.id].at.weekday() == 0
    assert found[one.id].reason == "weekly"


def test_what_is_off_or_on_the_site_lapses_with_why() -> None:
    one = matter()
    for delivery, reason in ((Delivery.OFF, "unsubscribed"), (Delivery.IN_APP, "in_app")):
        found = foresee([one], Habits(choices={one.rule: delivery}), (), NOW, END)[one.id]
        assert (found.step, found.reason) == (Step.LAPSE, reason)


def test_what_is_after_the_end_stays_open() -> None:
    one = matter(30 * DAY)
    found = foresee([one], Habits(), (), NOW, END)[one.id]
    assert (found.step, found.at) == (Step.WAIT, NOW + 30 * DAY)


def test_who_is_on_the_site_now_is_foreseen_like_anybody() -> None:
    one = matter()
    assert foresee([one], Habits(used_at=NOW), (), NOW, END)[one.id].at == NOW


matters = st.builds(
    matter,
    st.timedeltas(timedelta(), 13 * DAY),
    st.timedeltas(timedelta(hours=1), 10 * DAY),
    urgency=st.sampled_from(Urgency),
    default=st.sampled_from((Delivery.AT_ONCE, Delivery.DAILY, Delivery.WEEKLY)),
    alone=st.booleans(),
)


@given(
    st.lists(matters, max_size=12),
    st.sampled_from((None, Rhythm.DAILY, Rhythm.WEEKLY)),
    st.integers(1, 8),
    st.lists(st.timedeltas(timedelta(), 7 * DAY), max_size=8),
)
def test_it_keeps_to_the_week_the_night_and_the_end(
    pending: list[Pending], rhythm: Rhythm | None, per_week: int, ago: list[timedelta]
) -> None:
    mailed = [NOW - one for one in ago]
    habits = Habits(rhythm=rhythm, per_week=per_week)
    found = foresee(pending, habits, mailed, NOW, END)
    assert found.keys() == {one.id for one in pending}
    known = {one.id: one for one in pending}
    mails: dict[tuple[object, datetime], list[Pending]] = defaultdict(list)
    for one, foreseen in found.items():
        if foreseen.step == Step.SEND:
            assert known[one].ready_at <= foreseen.at < known[one].expires_at
            assert foreseen.at <= END
            mails[foreseen.mail, foreseen.at].append(known[one])
            if known[one].urgency < Urgency.ALWAYS:
                assert next_open(foreseen.at, habits.calm, free_days_count=False) == foreseen.at
    counted = mailed + [
        at for (_, at), parts in mails.items() if max(one.urgency for one in parts) < Urgency.MUST
    ]
    for at in counted:
        if at >= NOW and sum(1 for one in counted if one >= NOW):
            within = sum(at - WEEK < one <= at for one in counted)
            assert within <= max(per_week, sum(at - WEEK < one <= at for one in mailed), 1)
