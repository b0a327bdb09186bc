"""One vendor each: GitHub, Claude, SQL, git, bubblewrap. They implement the ports of the layers above."""
