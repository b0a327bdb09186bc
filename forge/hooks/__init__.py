"""Webhook deliveries: carrying them, recording what came back, and losing them on demand."""
