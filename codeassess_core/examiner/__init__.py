"""Examiners: who writes the questions, judges the answers and sums a session up (ports.Examiner)."""
