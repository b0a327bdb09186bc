"""The last phase: one parameter of the bot's own policy at a time is tried and measured."""
