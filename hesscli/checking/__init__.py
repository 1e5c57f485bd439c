"""A hand-written derivative held against the exact one: claims, reference values at points, and the classic slips."""
