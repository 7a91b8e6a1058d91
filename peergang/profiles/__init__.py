"""What people tell about themselves, to whom they choose, and the directory of those who want to be found."""
