"""Live connections with candidates: messages in, events out."""
