"""REST: the lists behind the dashboards and the actions behind the quick actions and alerts.

Views read through ``scoping`` (what somebody may see) and write through ``domain.services`` alone.
"""
