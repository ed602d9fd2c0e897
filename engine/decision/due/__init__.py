"""What has come due, and from when it may be said."""
