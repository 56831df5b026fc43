"""What an editor says and shows: texts, changes, requests, screens."""
