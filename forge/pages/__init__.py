"""What people see of the forge: issues, pull requests, and the making of an App, as plain HTML."""
