"""A resident's word given at a station that does not hold the order (J2)."""
