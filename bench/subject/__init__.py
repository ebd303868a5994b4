"""The service as the socket workloads measure it: the project's own, with a few more doors."""
