"""Pure rules of reports: states, periods, how a table becomes a file."""
