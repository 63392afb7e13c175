"""What party workers learned: courses, sessions, attendance, practice, certificates, and what is due."""
