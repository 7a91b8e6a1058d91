"""Tables of this feature."""

from peergang.reports.models.file import ReportFile
from peergang.reports.models.report import Report
from peergang.reports.models.subscription import Subscription

__all__ = ["Report", "ReportFile", "Subscription"]
