"""Tasks of a programme: whose they are, the four marks, and what is reported of them."""
