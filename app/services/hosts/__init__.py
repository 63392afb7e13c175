"""Hosts (依托载体): what joint, attached and territorial branches lean on."""
