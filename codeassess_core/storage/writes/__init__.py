"""Writing code updates: many sessions in one transaction, in order, each exactly once."""
