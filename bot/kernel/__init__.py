"""The safety kernel: pure gates that may refuse. It imports nothing of ours and does no I/O."""
