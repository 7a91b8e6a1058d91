"""What every page shares: the sign-in gate, sessions on the database, languages, forms, errors, headers, health."""
