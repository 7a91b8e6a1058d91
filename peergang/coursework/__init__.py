"""The heart of the programme: reflections, their versions, peer feedback, comments and the trainer's review."""
