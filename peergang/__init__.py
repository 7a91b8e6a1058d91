"""Peergang: the learning platform of the Dutch network of i-coaches in vocational education."""
