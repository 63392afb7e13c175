"""Money that is short, shared out by the largest remainder: whole fen, and the parts add up to the whole."""

from collections.abc import Sequence


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to the weights, none of which is below zero.

    Everybody gets his exact part rounded down; the fen left over go one each to the largest remainders, of equal ones
    to the larger weight, of equal weights to whoever comes first. Where the total is not above the sum of the weights,
    no part is above its weight. Without any weight all parts weigh the same. Raises ValueError for nobody to share
    among, or a number below zero.
    """
    if total < 0 or not weights or min(weights) < 0:
        raise ValueError("nothing to share, or nobody to share among")
    whole = sum(weights)
    if whole == 0:
        return shares(total, [1] * len(weights))
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    order = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), -weights[place], place))
    for place in order[:left]:
        parts[place] += 1
    return parts
