"""What may be wrong in the network: branches without a standing superior, circles, links across regions."""
