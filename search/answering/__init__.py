"""From what an engine found to what a person is shown."""
