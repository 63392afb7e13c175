"""What is due: the engine that makes one list of what all nouns say is due by a day. It knows none of them."""
