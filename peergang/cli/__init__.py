"""The `peergang` command. A command's module is imported only when it is asked for, so that each starts quickly."""

from importlib import import_module

import click

COMMANDS = {
    "content": "peergang.cli.content:content",
    "demo": "peergang.cli.demo:demo",
    "migrate": "peergang.cli.database:migrate",
    "notices": "peergang.cli.notices:notices",
    "progress": "peergang.cli.progress:progress",
    "up": "peergang.cli.up:up",
    "user": "peergang.cli.user:user",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, for --help."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run and look after a Peergang platform."""
