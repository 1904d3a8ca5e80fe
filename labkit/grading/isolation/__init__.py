"""Isolated grading: the student's code never meets the tests.

`sandbox` makes the place where submissions run; `server` and `student` run in it;
`trusted` and `execute` run outside and decide; `wire` is what the two sides say to
each other, and the only thing that comes out.
"""
