"""Series of joint meetings: when they recur, off which days they are moved, and by when things are due before them."""
