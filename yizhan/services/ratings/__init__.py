"""Ratings by a face, with their denominators: served, offered, answered, passed (M38)."""
