"""Tables of this feature, one file a subject."""

from peergang.progress.models.compiled import (
    CompileRun as CompileRun,
    EnrolmentProgress as EnrolmentProgress,
    ProgressDirty as ProgressDirty,
    ProgressSnapshot as ProgressSnapshot,
    WorkerHeartbeat as WorkerHeartbeat,
)
