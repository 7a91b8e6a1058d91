"""A simulated year of reminders: a world in which things happen by the hour, and a plain recount of what had to be true."""
