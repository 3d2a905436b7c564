"""What a person types, and what it asks of an engine."""
