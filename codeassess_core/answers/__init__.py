"""The steps after an answer: slots, evaluation, feedback, and what the candidate sees."""
