"""The Flask-free ground floor: configuration, database, clock, jobs, mail, permissions and errors."""
