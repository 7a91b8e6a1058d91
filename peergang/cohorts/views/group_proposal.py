"""A proposal for the peer groups, beside what there is now; nothing is saved until somebody says so."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from peergang.cohorts.queries.peers import Division, list_seats
from peergang.cohorts.queries.people import list_groups
from peergang.cohorts.rules.division import best_possible, fingerprint, list_moves, propose_division, score
from peergang.cohorts.rules.groups import GROUP, LARGEST, SMALLEST, Member
from peergang.cohorts.views import bp
from peergang.cohorts.views.group_words import Card, compare, mix_words
from peergang.cohorts.views.groups import cohort_to_arrange, read_size
from peergang.core.db import AnyRow
from peergang.web.database import reading


@bp.get("/cohorten/<uuid:cohort_id>/groepen/voorstel")
def propose_groups(cohort_id: UUID) -> ResponseReturnValue:
    """The best division we can find for groups of about this size, what it is better at, and who moves."""
    cohort = cohort_to_arrange(cohort_id)
    size = read_size(request.args.get("grootte", ""))
    seats = list_seats(reading(), cohort_id)
    now_in = Division(seats)
    proposed = propose_division(now_in.groups, now_in.without, now_in.pinned, size) if seats else {}
    names = _name(list_groups(reading(), cohort_id), proposed)
    rows = {row.enrolment_id: row for row in seats}
    best = best_possible(proposed.values())
    return render_template(
        "cohorts/group_proposal.html",
        cohort=cohort,
        size=size,
        sizes=range(SMALLEST, LARGEST + 1),
        smallest=SMALLEST,
        cards=_cards(proposed, names, rows),
        names=names,
        lines=compare(
            score(now_in.groups.values()) if now_in.groups else None, score(proposed.values()), best
        ),
        moves=[(rows[one.enrolment_id], names[key]) for one, key in list_moves(now_in.groups, proposed)],
        moving={one.enrolment_id for one, _key in list_moves(now_in.groups, proposed)},
        is_best=score(proposed.values()) == best,
        pinned=len(now_in.pinned),
        seen=fingerprint(now_in.groups, proposed),
    )


def _cards(
    proposed: Mapping[UUID, Sequence[Member]], names: Mapping[UUID, str], rows: Mapping[UUID, AnyRow]
) -> list[Card]:
    found = []
    for key, members in proposed.items():
        ids = {one.enrolment_id for one in members}
        people = [row for key_of, row in rows.items() if key_of in ids]
        found.append(Card(key, names[key], 0, people, mix_words(people)))
    return sorted(found, key=lambda card: (len(card.name), card.name))


def _name(existing: Sequence[AnyRow], proposed: Mapping[UUID, Sequence[Member]]) -> dict[UUID, str]:
    """The names the groups have, and "Groep 7" for those to be made, as saving names them."""
    names = {row.peer_group_id: str(row.name) for row in existing}
    taken, number = set(names.values()), 1
    for key in sorted((key for key in proposed if key not in names), reverse=True):
        while (name := f"{GROUP} {number}") in taken:
            number += 1
        taken.add(name)
        names[key] = name
    return names
