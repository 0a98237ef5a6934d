"""What generated code calls: numeric primitives, lookups and state helpers. It imports numpy only."""
