"""A made-up county to show the service with, and made-up party facts for registers that have none.

Nothing here describes a real organisation. Place names and codes are real; firms, figures and branches are invented,
and whoever shows them says so. The same size and seed always give the same bytes.
"""
