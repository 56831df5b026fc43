"""How good the examiners are, measured: `codeassess evaluate` (docs/quality.md).

What is measured is what the product does: answers go through `Examiner.evaluate` and
`scoring`, questions through the trigger, `Examiner.ask` and `examiner.checks`.
"""
