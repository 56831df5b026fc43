"""The examiner that asks a language model."""
