"""Owns tables as files: asked for, made in the background, kept for a week, sent weekly or monthly to who subscribed."""
