"""Vensim's .mdl files: from their text to the model as read, and nothing of how it will run."""
