"""What many trials add up to: pass^k, its intervals, and what may be concluded from them."""
