"""A small Django application for the tests of the engine: owners, their notes and tags."""
