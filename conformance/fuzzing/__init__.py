"""Fuzzing of the readers: changed models go through the public functions, and whatever is no diagnostic is a fault."""
