"""What a committee gives to branches by rule: proposals, computed and explained line by line."""
