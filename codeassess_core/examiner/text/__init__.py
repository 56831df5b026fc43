"""What a free text states: results, exceptions, lines, choices. Pure."""
