"""The kinds of question: `table` lists them, the other modules make them."""
