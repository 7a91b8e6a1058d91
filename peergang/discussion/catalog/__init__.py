"""When somebody is told of a conversation: named in it, or new replies where they follow it."""
