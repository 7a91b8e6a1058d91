"""The class moved to core."""

from peergang.core.prepared import Prepared

__all__ = ["Prepared"]
