"""What follows: thanks, tasks, brakes, and how it is written down."""
