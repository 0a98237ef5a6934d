"""Other engines, each run in an environment of its own and each writing the same kind of table.

They must not be imported by the package; what they answer is measured, never copied.
"""
