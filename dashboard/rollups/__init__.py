"""Sums over history, kept so that a figure costs the same at any number of rows (ADR 60).

Triggers copy every change of a counted row into a journal, in the writer's own transaction; the journal is
folded into cells: one row of sums per subject and stretch of time. What is read is cells plus journal, in one
snapshot, and so is exact at every instant, whoever wrote and however.
"""
