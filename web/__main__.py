"""``python -m web`` is ``podium``."""

from web.command_line import main

main()
