"""What a cohort talks about under a module or a meeting: conversations with replies, mentions, and who is told what."""
