"""What hangs on the language of a dialogue: asking, agreeing, denying, negating; numbers, units, money."""
