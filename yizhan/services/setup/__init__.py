"""How a station is set up by its own keeper: tiles, hours, prices, the screen (M01, M43)."""
