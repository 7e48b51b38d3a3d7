"""The public page, over ``envelope``; it knows nothing of the team's."""
