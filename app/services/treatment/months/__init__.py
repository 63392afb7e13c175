"""Monthly lists: computed for a region, checked, closed and frozen; what closed months owe comes with later ones."""
