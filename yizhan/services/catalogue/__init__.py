"""The registers that a pack fills: stations, services, scenes, partners, resources and more."""
