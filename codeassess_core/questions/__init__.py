"""Before and after a question: the trigger's input, the plan, the briefs, follow-ups, the closing round."""
