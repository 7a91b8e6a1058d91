"""The ledger of everything we tell people, and its delivery: at most once, checked again at the moment of sending."""
