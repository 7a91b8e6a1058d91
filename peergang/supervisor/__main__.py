"""`python -m peergang.supervisor COMMAND …` runs one command with the local database and Redis."""

import subprocess
import sys

from peergang.core.embedded import EmbeddedError
from peergang.supervisor.attach import local_services
from peergang.supervisor.errors import UpError


def main(command: list[str]) -> int:
    """Run `python -m COMMAND …` and give its exit code."""
    try:
        with local_services() as environment:
            return subprocess.call([sys.executable, "-m", *command], env=environment)
    except KeyboardInterrupt:
        return 130
    except (UpError, EmbeddedError) as error:
        print(f"peergang: {error}", file=sys.stderr)  # noqa: T201 (a command line tells its user)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
