"""What reporter and desk both read and write: the phrase, the Envelope, the Drop, the intake bundle."""
