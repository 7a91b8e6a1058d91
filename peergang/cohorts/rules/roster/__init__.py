"""Participants' files as schools really export them: reading them, recognising columns, judging rows."""
