"""Delivery: messages are kept on disk until the session has acknowledged them; events are received."""
