"""What people write in a conversation: the same little Markdown as in their answers."""

from peergang.core.prose import parse_prose


def render(text: str) -> str:
    """HTML of `text`, with nothing in it but what core/prose.py lets through."""
    return "\n".join(block.html for block in parse_prose(text).blocks)


def clean_body(text: str) -> str:
    """What was written, with one kind of line end and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
