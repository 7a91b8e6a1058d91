"""The one-command supervisor: everything Peergang needs on a bare machine, started together and stopped together.

`run_up` is `peergang up`; `local_services` lends the same database and Redis to a single command.
"""

from peergang.supervisor.attach import local_services
from peergang.supervisor.up import run_up

__all__ = ["local_services", "run_up"]
