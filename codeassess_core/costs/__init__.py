"""The costs of model calls, and the limits for a session."""
