"""Contacts (联系人): the persons through whom an organisation is reached."""
