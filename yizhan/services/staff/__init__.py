"""Staff accounts: who may sign in, with which role, for which scope (M45)."""
