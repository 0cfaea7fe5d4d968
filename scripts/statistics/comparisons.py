"""Figures of two samples of the same cases: tests, intervals, equivalence, power."""

import math

import numpy as np
from evalconfidence import ItemResult, compare
from evalconfidence import power as planned
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as exact_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.weightstats import ttost_paired

from estimates import CONFIDENCES, agree, cluster_error, labels, rounded


def mcnemar(random):
    cases = []
    for place in range(28):
        most = [4, 12, 40, 1000][place % 4]
        b, c = (int(count) for count in random.integers(0, most, 2))
        p = exact_mcnemar([[9, b], [c, 5]], exact=True).pvalue
        if 0 < b + c <= 25:
            # Above, that program takes the normal approximation.
            outcomes = [(1, 0)] * b + [(0, 1)] * c + [(1, 1)] * 9 + [(0, 0)] * 5
            sides = [[ItemResult(str(item), name, pair[side]) for item, pair in enumerate(outcomes)]
                     for side, name in enumerate("ab")]
            p = agree(p, compare(*sides).p_value)
        cases.append({"only_first": b, "only_second": c, "p": min(1.0, p)})
    return cases


def holm(random):
    cases = []
    for place in range(24):
        values = rounded(random.uniform(0, 1, int(random.integers(1, 12))) ** (1 + place % 5), 3)
        if place % 4 == 0 and len(values) > 1:
            values[1] = values[0]
        cases.append({"p": values, "adjusted": multipletests(values, method="holm")[1]})
    return cases


def draws(seed, resamples, count):
    """The indices that our generator draws: SplitMix64, scaled by the high word of a product (Lemire)."""
    with np.errstate(over="ignore"):
        state = np.uint64(seed) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, resamples * count + 1, dtype=np.uint64)
        mixed = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        size, half = np.uint64(count), np.uint64(32)
        low = (mixed & np.uint64(0xFFFFFFFF)) * size
        return (((mixed >> half) * size + (low >> half)) >> half).astype(int).reshape(resamples, count)


def bootstrap(random):
    cases = []
    for place in range(16):
        count = int(random.integers(6, 45))
        groups = count if place % 2 == 0 else int(random.integers(4, max(5, count // 2)))
        clusters = np.arange(count) if groups == count else labels(random, count, groups)
        is_ratio = place % 4 >= 2
        ease = random.normal(0, 1, groups)[clusters]
        first = rounded(np.exp(ease + random.normal(0, 0.3, count)), 3)
        second = rounded(np.exp(ease + random.normal(0.1, 0.3, count)), 3)
        # What a cluster adds up to, in order of first appearance.
        order = list(dict.fromkeys(clusters.tolist()))
        above, below = (first, second) if is_ratio else (first - second, np.ones(count))
        above, below = (np.array([part[clusters == label].sum() for label in order]) for part in (above, below))
        case = resampled(above, below, int(random.integers(1, 2**31)), CONFIDENCES[place % 4], random)
        cases.append({"is_ratio": is_ratio, "first": first, "second": second, "clusters": clusters, **case})
    return cases


def resampled(above, below, seed, confidence, random, resamples=2000, others=50_000):
    """Σ above / Σ below with the ends of our draws, and those between which the ends of other draws lie."""
    places = draws(seed, resamples, len(above))
    values = np.sort(above[places].sum(axis=1) / below[places].sum(axis=1))
    tail = round((1 - confidence) / 2, 12)
    low, high = (float(np.quantile(values, share - 1e-12, method="inverted_cdf")) for share in (tail, 1 - tail))
    found = stats.bootstrap(
        (above, below), lambda a, b, axis: a.sum(axis=axis) / b.sum(axis=axis), paired=True, vectorized=True,
        n_resamples=others, batch=10_000, method="percentile", confidence_level=confidence, rng=random)
    other = np.sort(found.bootstrap_distribution)

    def band(share):
        error = 5 * math.sqrt(share * (1 - share) * (1 / resamples + 1 / others))
        ends = (math.floor(others * (share - error)) - 1, math.ceil(others * (share + error)))
        return [float(other[min(max(end, 0), others - 1)]) for end in ends]

    return {
        "seed": seed, "resamples": resamples, "confidence": confidence, "value": above.sum() / below.sum(),
        "low": low, "high": high,
        "p": min(1.0, 2 * min((values <= 0).mean(), (values >= 0).mean())),
        "low_between": band(tail), "high_between": band(1 - tail)}


def signed_rank(random):
    cases = []
    for place in range(20):
        # Up to 13 pairs scipy counts every sign, ties or not; beyond 50 it approximates, and we beyond 200.
        count = int(random.integers(2, 14)) if place < 10 else int(random.integers(14, 51)) if place < 18 else 300
        second = np.ones(count)
        if place % 2 == 0 and place < 10:
            # Powers of two: their logarithms tie exactly.
            first = 2.0 ** random.integers(-3, 5, count)
        else:
            first = rounded(random.lognormal(0.2, 0.6, count), 8)
        if place == 18:
            first = 2.0 ** random.integers(-3, 5, count)
        values = np.log2(first)
        if place in (2, 4):
            first[0], second[-1], values[0], values[-1] = math.inf, math.inf, 1e6, -1e6
        # So many ranks that the normal distribution, corrected for its continuity, is as good.
        many = count > 200
        method = "asymptotic" if many else "exact" if count > 13 else stats.PermutationMethod(n_resamples=10**9)
        p = 1.0 if not values.any() else stats.wilcoxon(values, correction=many, method=method).pvalue
        cases.append({"first": first, "second": second, "p": min(1.0, p)})
    return cases


def hodges_lehmann(random):
    cases = []
    for place in range(16):
        confidence = CONFIDENCES[place % 4]
        count = [5, 6, 9, 230][place] if place < 4 else int(random.integers(8, 40))
        groups = count if place < 9 else int(random.integers(6, count))
        clusters = np.arange(count) if groups == count else labels(random, count, groups)
        first, second = (rounded(random.lognormal(5, 0.7, count), 6) for _ in range(2))
        logs = np.log(first / second)
        if place in (5, 6, 7):
            failed = place - 4
            first[:failed] = math.inf
            # Unequal, so that no rank is tied; what they weigh is infinite.
            logs[:failed] = 1e6 + np.arange(failed)
        order = list(dict.fromkeys(clusters.tolist()))
        values = np.array([logs[clusters == label].mean() for label in order])
        low, high = unrejected(values, 1 - confidence)
        walsh = averages(values)
        cases.append({
            "first": first, "second": second, "clusters": clusters, "confidence": confidence,
            "value": ratio(np.median(walsh)), "low": ratio(low), "high": ratio(high)})
    return cases


def ratio(logarithm):
    return None if logarithm is None else math.inf if logarithm > 1e4 else math.exp(logarithm)


def averages(values):
    first, second = np.triu_indices(len(values))
    return np.sort((values[first] + values[second]) / 2)


def unrejected(values, alpha):
    """The range of shifts that Wilcoxon's test does not reject, between two averages."""
    method = {"correction": True, "method": "asymptotic"} if len(values) > 200 else {"method": "exact"}

    def side(values):
        walsh = averages(values)
        accepted = lambda shift: stats.wilcoxon(values - shift, **method).pvalue > alpha
        if accepted(walsh[0] - 1):
            return None
        # Between the average of this place and the next; the middle is never rejected.
        low, high = -1, len(walsh) // 2
        while high - low > 1:
            middle = (low + high) // 2
            if accepted((walsh[middle] + walsh[middle + 1]) / 2):
                high = middle
            else:
                low = middle
        return float(walsh[high])

    low, high = side(values), side(-values)
    return low, None if high is None else -high


def equivalence(random):
    cases = []
    for place in range(20):
        count = int(random.integers(4, 50))
        groups = count if place < 10 else int(random.integers(3, max(4, count // 2)))
        clusters = np.arange(count) if groups == count else labels(random, count, groups)
        differences = rounded(0.1 * random.normal(0, 1, groups)[clusters] + random.normal(0.02, 0.1, count), 3)
        margin = float(rounded([random.uniform(0.03, 0.2)], 2)[0])
        error = cluster_error(differences, clusters)
        below = stats.t.sf((differences.mean() + margin) / error, groups - 1)
        above = stats.t.cdf((differences.mean() - margin) / error, groups - 1)
        if groups == count:
            p, lower, upper = ttost_paired(differences, np.zeros(count), -margin, margin)
            below, above = agree((below, above), (lower[1], upper[1]))
            agree(max(below, above), p)
        cases.append({
            "differences": differences, "clusters": clusters, "margin": margin, "bound": None, "below": below,
            "above": above})
    for constant in (0, 0, 0.02):
        # Without any spread: so many at the constant, where a case beyond it can weigh as much as the bound.
        count = int(random.integers(5, 200))
        chances = [(0.05 + side * constant) / (1 + side * constant) for side in (1, -1)]
        below, above = (stats.binomtest(0, count, chance, "less").pvalue for chance in chances)
        cases.append({
            "differences": [constant] * count, "clusters": list(range(count)), "margin": 0.05, "bound": 1,
            "below": below, "above": above})
    return cases


def power(random):
    cases = []
    for place in range(24):
        confidence, wanted = CONFIDENCES[place % 4], [0.8, 0.9][place % 2]
        difference, variance = rounded([random.uniform(0.01, 0.3), random.uniform(0.02, 0.5)], 3)
        options = {"baseline_var": variance, "alpha": 1 - confidence, "power": wanted}
        count = planned(mde=difference, **options).n_required
        seen = planned(n=count, **options).mde_detectable
        found = NormalIndPower().solve_power(
            difference / math.sqrt(variance), alpha=1 - confidence, power=wanted, ratio=0)
        # That program counts the other tail too.
        assert abs(count - found) <= 1 + 1e-4 * count, (count, found)
        cases.append({
            "difference": difference, "variance": variance, "confidence": confidence, "power": wanted,
            "cases": count, "detectable": seen})
    return cases
