"""What providers report: is it theirs, is it new, and what does it say. The services write it down."""
