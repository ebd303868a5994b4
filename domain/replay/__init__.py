"""Recorded calls, played through the services with the instants at which they happened."""
