"""What is learned: programmes, their immutable editions, modules, topics, readings, questions and activities."""
