"""What the Makefile calls to make a fresh machine ready. Runs before the product does."""
