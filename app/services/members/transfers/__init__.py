"""Relations that go over: asked for at one end, accepted at the other."""
