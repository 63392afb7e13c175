"""What is known of persons: kept sealed, shown masked, found by a blind index, told, corrected, erased. No noun."""
