"""The hub's own pages: where dispatcher, partner, auditor and administrator sit."""
