"""Owns certificates: when they are earned, the document with its code to verify, and the files for digital badges."""
