"""Pure rules of progress and participation: figures, filters, what asks attention, how a table becomes a file."""
