"""What many trials add up to: pass^k and its intervals."""
