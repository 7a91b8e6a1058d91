"""What is kept in the place of the words of somebody who was erased, so that every page shows it."""

ERASED_TEXT = "Deze tekst is gewist."
ERASED_TITLE = "Gewiste reflectie"
ERASED_QUOTE = "tekst die is gewist"
"""What a remark of somebody else was about. It stands in no answer, so the remark is shown beside it, under these words."""
