"""Sees that the migrations, run on an empty database, give exactly the tables that the models describe."""

import os
import subprocess
import sys

from peergang.core.embedded import EmbeddedError, temporary_postgres


def main() -> int:
    """Run `alembic upgrade head` and `alembic check` on a database of its own; give the first bad exit code."""
    try:
        with temporary_postgres() as server:
            environment = os.environ | {"PEERGANG_DATABASE_URL": server.url}
            for arguments in (("upgrade", "head"), ("check",)):
                code = subprocess.call([sys.executable, "-m", "alembic", *arguments], env=environment)
                if code != 0:
                    return code
    except EmbeddedError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
