"""Words for a resident, and that she was told them: heard once, at whatever station."""
