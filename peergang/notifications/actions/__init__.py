"""Use cases of the ledger, one file a step: plan, deliver, sweep, and people's own choices.

Delivery and compiling run as the platform itself, started by a worker or the command line, so they take no actor. They
open several transactions on purpose: nothing may be held open while a mail server is thinking.
"""
