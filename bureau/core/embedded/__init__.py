"""The servers a portal brings along: where they are, how they start, how they end."""
