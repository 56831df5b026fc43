"""Documents: their lines, edits, names and notebook cells."""
