"""What several rules ask of the database."""
