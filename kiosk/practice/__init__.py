"""练习: a station of invented people beside the real one, for a keeper who learns or a trainee."""
