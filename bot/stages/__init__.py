"""One file for each stage of a change, and the ports to the world that the stages work through."""
