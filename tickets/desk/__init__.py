"""The agents' desk: its pages and forms. What they do to tickets are verbs of `tickets`."""
