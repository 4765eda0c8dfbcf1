"""Residents: the card index that every station knows, and the record that few hold (M47)."""
