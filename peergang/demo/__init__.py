"""A believable network to look around in: filled through the real use cases, and moved forward week by week."""
