"""The forge's CI: runs a repository's own workflow on each push and reports as checks."""
