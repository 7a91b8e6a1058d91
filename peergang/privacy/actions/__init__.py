"""Use cases about one's own data, about reading what concerns somebody else, and about erasing a person."""
