"""One vendor each: GitHub, Claude, SQL, git, bubblewrap; they implement the ports above them."""
