"""Tests of the push engine."""
