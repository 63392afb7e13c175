"""The instructors there are today: what they have on their hands, where they belong, and how they leave."""
