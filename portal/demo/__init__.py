"""One believable company, lived: a quarter of tickets, filed and worked on through the verbs.

`cast` says who there is and `people` makes them, `stories` says what is asked and answered,
`courses` how a ticket can go, `past` and `present` which tickets there are. `filing` files one
through the real forms, `acts` does one thing to it, `living` lets it all happen in time order.
"""
