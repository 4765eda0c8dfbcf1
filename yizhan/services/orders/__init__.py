"""Orders for a service: 点单, 派单, 接单, and her word that closes it (M26)."""
