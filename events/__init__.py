"""Event manifests that ship with Podium, and the sample event of ``podium demo``: data, no code."""
