"""The pages of claims and of the propositions that they state."""
