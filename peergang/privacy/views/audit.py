"""The log, for admins: who did what, with a filter in the address, and as a file."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peergang.core import clock
from peergang.core.csv_file import Value, to_csv
from peergang.core.db import Rows
from peergang.core.i18n import gettext as _
from peergang.core.permissions import require
from peergang.identity.policy import can_read_audit
from peergang.identity.queries.roles import find_people
from peergang.identity.rules import clean_text, full_name
from peergang.privacy.actions.own_data import export_audit
from peergang.privacy.audit_lines import describe
from peergang.privacy.forms import AuditFilterForm
from peergang.privacy.labels import VERB_GROUPS, VERBS
from peergang.privacy.queries import PAGE, AuditFilter, Key, list_events, read_names
from peergang.privacy.views import bp
from peergang.web.database import reading, transaction
from peergang.web.viewer import current_actor

NOBODY = UUID(int=0)


@bp.get("/beheer/logboek")
def audit() -> ResponseReturnValue:
    """The newest lines, or those that the filter asks for; `?onder=` goes on from a line, whatever was added on top."""
    require(can_read_audit(current_actor()))
    form = _form(request.args)
    people = _people(form)
    wanted = _filter(form, people)
    found = list_events(reading(), wanted, below=read_key(request.args.get("onder", "")))
    page = found[:PAGE]
    asked = _asked(form)
    return render_template(
        "privacy/audit.html",
        form=form,
        lines=_lines(page),
        people=people,
        asked=asked,
        older_url=url_for("privacy.audit", **asked, onder=write_key(page[-1])) if len(found) > PAGE else "",
        is_first="onder" not in request.args,
        kept=current_app.extensions["peergang_settings"].audit_days,
    )


@bp.post("/beheer/logboek.csv")
def audit_export() -> ResponseReturnValue:
    """The same lines as a file, all at once. A POST, because taking the log along is itself a line of it."""
    actor, now = current_actor(), clock.now()
    require(can_read_audit(actor))
    form = _form(request.form)
    if form.errors:
        return redirect(url_for("privacy.audit", **_asked(form)), code=303)
    wanted = _filter(form, _people(form))
    with transaction() as session:
        events = export_audit(session, actor, wanted, now=now)
        body = _csv(_lines(events, session))
    name = f"logboek-{clock.local_date(now).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type="text/csv; charset=utf-8", headers=headers)


def write_key(row: Any) -> str:
    """Where a page ends, for an address."""
    return f"{row.at.isoformat()}_{row.id}"


def read_key(text: str) -> Key | None:
    """Where a page begins; None for the first, and for what is no key."""
    at, _sign, last = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(last)) if moment.tzinfo else None
    except ValueError:
        return None


def _form(values: Any) -> AuditFilterForm:
    form = AuditFilterForm(values, meta={"csrf": False})
    form.wat.choices = {
        _("Alles"): [("", _("Alles"))],
        **{str(group): [(verb, _plain(verb)) for verb in verbs] for group, verbs in VERB_GROUPS},
    }
    form.validate()
    return form


def _plain(verb: str) -> str:
    """The sentence of a verb as a choice: without anybody in it."""
    someone = {"who": _("iemand"), "whom": _("iemand"), "of_school": ""}
    blank = defaultdict(lambda: "…", someone)
    words = VERBS[verb] % blank
    return words[:1].upper() + words[1:]


def _people(form: AuditFilterForm) -> Rows:
    name = clean_text(form.wie.data or "")[:100]
    return find_people(reading(), name, clock.local_date(clock.now())) if name else []


def _filter(form: AuditFilterForm, people: Rows) -> AuditFilter:
    """Of several people with that name the first counts; of nobody there are no lines."""
    asks_who = bool(clean_text(form.wie.data or ""))
    who = (people[0].id if people else NOBODY) if asks_who else None
    verb = form.wat.data
    return AuditFilter(who, (verb,) if verb in VERBS else (), form.van.data, form.tot.data)


def _asked(form: AuditFilterForm) -> dict[str, Any]:
    """What stands in the address, without what is empty."""
    given = {name: form[name].data for name in ("wie", "wat", "van", "tot")}
    return {name: str(value) for name, value in given.items() if value}


def _lines(events: Rows, session: Any = None) -> list[tuple[datetime, str, str]]:
    names = read_names(session or reading(), events)
    return [(event.at, describe(event, names), event.verb) for event in events]


def _csv(lines: list[tuple[datetime, str, str]]) -> bytes:
    rows: list[list[Value]] = [[_("Moment"), _("Wat er gebeurde"), _("Code")]]
    rows += [[clock.local(at).strftime("%Y-%m-%d %H:%M:%S"), words, verb] for at, words, verb in lines]
    return to_csv(rows)


def people_words(people: Rows) -> list[tuple[str, str]]:
    """People as (name, address)."""
    return [(full_name(one.given_name, one.name_particle, one.family_name), one.email) for one in people]


bp.add_app_template_filter(people_words)
