"""The reference workloads: each starts its own servers and prints what it measured."""
