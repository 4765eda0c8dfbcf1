"""The mechanisms, one folder each: model (pure), commands (pure), projection (tables)."""
