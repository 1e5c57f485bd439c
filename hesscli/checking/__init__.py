"""A hand-written derivative held against the exact one: claims, the truth at points, and the classic slips."""
