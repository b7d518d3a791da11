"""One trial from left to right, and many of them at a time; nothing here knows pytest."""
