"""The guide to the documents: the type of every key, and the tables that are made from it."""
