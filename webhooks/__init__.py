"""The HTTP edge: deliveries in, pages for people out."""
