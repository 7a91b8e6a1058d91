"""The figures of progress once more, in plain Python: loops over facts that were loaded, and no sums by the database.

Written from the definitions (docs and the words on the pages), not from the queries that they are compared with.
"""
