"""Who may have which report: whoever may see the page it comes from, asked of its kind; and nobody that of somebody else."""

from peergang.core.permissions import Actor


def can_use_reports(actor: Actor) -> bool:
    """Ask for files and see one's own: everybody with an account. Which tables there are to ask for, their kinds decide."""
    return not actor.is_system
