"""A service or a scene that is closed for a fault, and until when (M05)."""
