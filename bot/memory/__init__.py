"""What the bot remembers: tasks, money, journal, failures. Ports, and the rules they keep."""
