"""How Yizhan comes onto a machine: set-up, the sample network, a station, a hub."""
