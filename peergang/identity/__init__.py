"""Who somebody is: people, institutions, affiliations, roles, passwords, sessions, single-use tokens and the audit log."""
