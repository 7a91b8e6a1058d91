"""What the operator reads once everything runs."""

import importlib
from collections.abc import Callable, Mapping

from peergang.supervisor.options import Options


def announce(
    options: Options, environment: Mapping[str, str], seconds: float, say: Callable[[str], None]
) -> None:
    """Print the address, in the demo the accounts, and how to stop."""
    say(f"Peergang is ready after {seconds:.1f} s: {options.address}")
    if environment["PEERGANG_ENV"] == "demo":
        for line in _accounts():
            say(line)
    say(f"Logs: {options.log_dir}. Stop with Ctrl-C.")


def _accounts() -> list[str]:
    # The demo may be left out of an installation, so its absence is no error here.
    try:
        demo = importlib.import_module("peergang.demo.accounts")
    except ModuleNotFoundError:
        return []
    width = max(len(role) for _, role in demo.DEMO_ACCOUNTS)
    lines = [f"  {role:<{width}}  {email}" for email, role in demo.DEMO_ACCOUNTS]
    return ["Sign in as one of:", *lines, f"  with the password  {demo.DEMO_PASSWORD}"]
