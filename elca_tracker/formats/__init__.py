"""How dates and times are written where Django's own form does not serve; by language."""
