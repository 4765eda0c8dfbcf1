"""The stations as machines: added, enrolled with a key, revoked (M01)."""
