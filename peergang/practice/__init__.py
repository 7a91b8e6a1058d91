"""Practice examples that every institution can find, and the notes of those who tried them."""
