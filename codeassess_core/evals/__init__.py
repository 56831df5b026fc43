"""Measures how good the examiners are: `codeassess evaluate` (docs/quality.md).

The measured path is that of the product: answers go through `Examiner.evaluate` and `scoring`,
questions through the trigger, `Examiner.ask` and `examiner.model.checks`.
"""
