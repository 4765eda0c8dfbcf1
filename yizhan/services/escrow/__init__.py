"""Escrow: what is scarce is divided among holders, so each may spend its share alone (M23)."""
