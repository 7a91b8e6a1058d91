"""`python -m peergang.cli`: the same as the installed command."""

from peergang.cli import main

main(prog_name="peergang")
