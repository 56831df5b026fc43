"""One session as this editor has it: its documents, its questions, how far it has come."""
