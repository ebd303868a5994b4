"""A small Django application for the engine's tests: owners, their notes and tags. It knows nothing of the product."""
