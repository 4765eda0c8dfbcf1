"""Walk-in tickets: take a number, be called, be served, pay (M12)."""
