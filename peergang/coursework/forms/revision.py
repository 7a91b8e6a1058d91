"""A form that knows which revision of a draft it started from."""

from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from peergang.web.forms import BaseForm


class RevisionForm(BaseForm):
    """The base of every form that is saved as a draft."""

    revision = IntegerField(widget=HiddenInput())

    @property
    def started_from(self) -> int:
        """The revision on the page; 0 when it says none."""
        return self.revision.data or 0

    def go_on_from(self, revision: int) -> None:
        """Let the next save of this page build on `revision`."""
        self.revision.data = revision
        # Else the field shows what was sent.
        self.revision.raw_data = None
