"""The kinds of questions: `table` lists them, the other modules write them."""
