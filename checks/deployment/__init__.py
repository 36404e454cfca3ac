"""What is shipped, and the way back."""
