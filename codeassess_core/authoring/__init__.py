"""A folder that a teacher writes becomes an assessment."""
