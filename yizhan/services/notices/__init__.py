"""The notice board: what is on, what is closed, what to know; a station's own and the street's."""
