"""Where a resident and the station keeper stand: the touchscreen, the desk and their devices."""
