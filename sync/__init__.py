"""The road between stations and the hub, both ends in one folder."""
