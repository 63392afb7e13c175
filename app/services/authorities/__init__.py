"""Authorities (上级党组织): the superior bodies that manage branches."""
