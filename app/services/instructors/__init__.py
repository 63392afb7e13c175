"""Who is sent where: stations, assignments of instructors to organisations and branches, and what is left without."""
