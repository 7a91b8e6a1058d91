"""Rules about meetings: one file each."""
