"""The subcommands of ``podium``, a file for each kind of thing a person does."""
