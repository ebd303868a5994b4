"""The servers that ``manage.py serve`` runs: started with what the push engine needs, ended by a drain."""
