"""The life of a reflection under many hands: a model in plain Python, the rules that move it, and what must always hold."""
