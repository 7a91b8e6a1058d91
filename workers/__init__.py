"""Background work: Celery, the beat table, and tasks that turn an id into a call of an action."""
