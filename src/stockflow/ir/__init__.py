"""The intermediate representation: expressions, the model as read, the plan, names and walks."""
