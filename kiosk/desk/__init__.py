"""The desk: where the keepers of one station work, apart from the touchscreen."""
