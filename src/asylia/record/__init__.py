"""What was documented: claims by source, judgements, demands, responses, consent, figures."""
