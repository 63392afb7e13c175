"""Tests of funding: the books and what rests on them."""
