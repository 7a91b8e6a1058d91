"""Saying which dates moved along."""

from collections.abc import Sequence

from peergang.cohorts.actions.dates import MovedModule
from peergang.core.i18n import gettext as _
from peergang.web.dates import day_month


def moved_text(done: str, moved: Sequence[MovedModule]) -> str:
    """`done`, and after it the modules whose dates moved with it, if any."""
    if not moved:
        return done
    modules = "; ".join(
        _(
            "module %(code)s (open %(opens)s, klaar %(due)s)",
            code=one.code,
            opens=day_month(one.opens_at),
            due=day_month(one.due_at),
        )
        for one in moved
    )
    return _("%(done)s Mee verschoven: %(modules)s.", done=done, modules=modules)
