"""Conversations that an i-coach held with key figures: prepared from the curriculum, logged privately."""
