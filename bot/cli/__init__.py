"""The commands of `evolve`, one file each."""
