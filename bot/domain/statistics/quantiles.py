"""How many standard errors an interval of 95% reaches to each side."""

from math import pi, tan

Z = 1.959964
"""The normal distribution's 97.5th percentile."""


def student(freedom: int) -> float:
    """The 97.5th percentile of Student's t. Raises ValueError below one degree of freedom.

    Exact for 1 and 2, above that the expansion 26.7.5 of Abramowitz and Stegun (1964), which is
    off by 0.2% at 3 and by less from there on.
    """
    if freedom < 1:
        raise ValueError("a single trial says nothing of its spread")
    if freedom == 1:
        return tan(pi * 0.475)
    if freedom == 2:
        return 0.95 * (2 / (4 * 0.975 * 0.025)) ** 0.5
    z = Z
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160
    return z + first / freedom + second / freedom**2 + third / freedom**3 + fourth / freedom**4
