"""A request at points -> results: both witnesses set to work, and what they say put together."""
