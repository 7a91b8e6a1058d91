"""Tables of this feature, one file a subject."""

from peergang.progress.models.call import CallNote as CallNote
from peergang.progress.models.compiled import (
    EnrolmentProgress as EnrolmentProgress,
    ProgressDirty as ProgressDirty,
    WorkerHeartbeat as WorkerHeartbeat,
)
from peergang.progress.models.history import (
    EnrolmentPeriod as EnrolmentPeriod,
    ProgressSnapshot as ProgressSnapshot,
    SnapshotDay as SnapshotDay,
)
from peergang.progress.models.hours import OwnHours as OwnHours
from peergang.progress.models.risk import (
    RiskDismissal as RiskDismissal,
    RiskMark as RiskMark,
    RiskSignal as RiskSignal,
)
from peergang.progress.models.runs import (
    CompileDifference as CompileDifference,
    CompileRun as CompileRun,
)
from peergang.progress.models.told import ContactMember as ContactMember, ContactRelease as ContactRelease
