"""What a motion is baked onto."""
