"""Figures of one sample: distributions, rates, means, quantiles, repeats."""

import math
from fractions import Fraction

import numpy as np
import statsmodels.api as sm
from evalconfidence import ItemResult, standard_error
from scipy import special, stats
from statsmodels.stats.proportion import proportion_confint

CONFIDENCES = (0.95, 0.95, 0.9, 0.99)


def agree(first, second, tolerance=1e-9):
    """The first, once the second is the same."""
    np.testing.assert_allclose(np.asarray(first, float), np.asarray(second, float), rtol=tolerance, atol=tolerance)
    return first


def rounded(values, digits=4):
    """So many significant digits: what is written is what was computed on."""
    return np.array([float(f"{value:.{digits}g}") for value in np.asarray(values, float)])


def labels(random, count, groups):
    """Clusters of unequal size, each with a member."""
    return random.permutation(np.concatenate([np.arange(groups), random.integers(0, groups, count - groups)]))


def cluster_error(values, clusters):
    """The standard error of the mean, robust to clusters, with the factor G / (G − 1)."""
    model = sm.OLS(np.asarray(values, float), np.ones(len(values)))
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": np.asarray(clusters)}, use_t=True)
    return float(fit.bse[0])


def distributions(random):
    cases = []

    def add(name, arguments, value):
        cases.append({"of": name, "at": arguments, "value": float(value)})

    for p in [1e-6, 0.025, 0.5, 0.975, *random.uniform(0, 1, 6)]:
        p = float(f"{p:.6g}")
        add("normal_quantile", [p], stats.norm.ppf(p))
        df = int(random.choice([1, 2, 5, 30, 400]))
        add("student_quantile", [p, df], stats.t.ppf(p, df))
    for _ in range(10):
        x, df = float(rounded([random.normal(0, 2)])[0]), int(random.integers(1, 200))
        add("normal_cdf", [x], stats.norm.cdf(x))
        add("student_cdf", [x, df], stats.t.cdf(x, df))
        n, p = int(random.integers(1, 3000)), float(rounded([random.uniform(0.01, 0.99)])[0])
        k = int(min(n, random.binomial(n, p)))
        add("binomial", [k, n, p], stats.binom.pmf(k, n, p))
        a, b, share = rounded([random.uniform(0.5, 50), random.uniform(0.5, 50), random.uniform(0.01, 0.99)])
        add("incomplete_beta", [share, a, b], special.betainc(a, b, share))
        add("log_gamma", [a], special.gammaln(a))
    return cases


def wilson(random):
    cases = []
    for place in range(28):
        confidence = CONFIDENCES[place % 4]
        n = [1, 4, 20, int(random.integers(2, 5000))][place % 4]
        count = [0, n, int(random.integers(0, n + 1)), int(random.integers(0, n + 1))][place // 4 % 4]
        if place >= 20:
            # An effective size is no whole number.
            n = float(rounded([random.uniform(1, 300)])[0])
            count = float(rounded([random.uniform(0, n)])[0])
            low, high = proportion_confint(count, n, 1 - confidence, method="wilson")
        else:
            interval = stats.binomtest(count, n).proportion_ci(confidence, method="wilson")
            low, high = agree(
                (interval.low, interval.high), proportion_confint(count, n, 1 - confidence, method="wilson"))
        low, high = (0.0 if abs(low) < 1e-15 else low), (1.0 if abs(high - 1) < 1e-15 else high)
        cases.append({"successes": count, "of": n, "confidence": confidence, "low": low, "high": high})
    return cases


def clustered_mean(random):
    cases = []
    for place in range(24):
        confidence = CONFIDENCES[place % 4]
        count = int(random.integers(4, 40))
        groups = count if place < 6 else int(random.integers(2, max(3, count // 2)))
        clusters = labels(random, count, groups)
        values = rounded(random.normal(0, 1, groups)[clusters] + random.normal(3, 1, count))
        found = standard_error(
            [ItemResult(str(item), "m", value, cluster_id=str(cluster))
             for item, (value, cluster) in enumerate(zip(values, clusters))], alpha=1 - confidence)
        error = agree(cluster_error(values, clusters), found.se)
        half = stats.t.ppf(0.5 + confidence / 2, groups - 1) * error
        low, high = agree((values.mean() - half, values.mean() + half), found.ci)
        cases.append({
            "values": values, "clusters": clusters, "confidence": confidence, "mean": values.mean(), "error": error,
            "low": low, "high": high})
    return cases


def clustered_rate(random):
    cases = []
    for place in range(16):
        confidence = CONFIDENCES[place % 4]
        count = int(random.integers(8, 60))
        groups = int(random.integers(2, count // 2))
        clusters = labels(random, count, groups)
        ease = random.beta(1, 1 + place % 3, groups)[clusters]
        values = (random.uniform(0, 1, count) < ease).astype(float)
        if place == 0:
            values[:] = 1
        rate, error = values.mean(), cluster_error(values, clusters)
        naive = rate * (1 - rate) / count
        size = count / max(1, error**2 / naive) if naive > 0 else groups
        low, high = proportion_confint(rate * size, size, 1 - confidence, method="wilson")
        half = stats.t.ppf(0.5 + confidence / 2, groups - 1) * error
        cases.append({
            "values": values, "clusters": clusters, "confidence": confidence, "mean": rate,
            "low": max(0, min(low, rate - half)), "high": min(1, max(high, rate + half))})
    return cases


def quantile(random):
    cases = []
    for place in range(24):
        confidence = CONFIDENCES[place % 4]
        q = [0.5, 0.9, 0.95, float(rounded([random.uniform(0.1, 0.9)], 2)[0])][place // 4 % 4]
        count = [5, 6, 35, 36, 71, 72, 100, int(random.integers(2, 150))][place % 8]
        values = rounded(random.lognormal(6, 0.5, count), 3)
        # A tenth of the cases fails now and then.
        failures = int(count * 0.08) if place % 3 == 0 else 0
        values[:failures] = math.inf
        values = random.permutation(values)
        finite = np.where(np.isinf(values), 1e300, values)
        interval = stats.quantile_test(finite, p=q).confidence_interval(confidence)
        ends = [float(end) for end in interval]
        # 0.9 × 30 is 27.000000000000004 in binary: a rank is not raised by rounding.
        value = float(np.quantile(values, q - 1e-12, method="inverted_cdf"))
        known = not any(math.isnan(end) for end in ends)
        cases.append({
            "values": values, "quantile": q, "confidence": confidence, "value": value,
            "low": infinite(ends[0]) if known else None, "high": infinite(ends[1]) if known else None})
    return cases


def infinite(end):
    return math.inf if end == 1e300 else end


def clustered_quantile(random):
    cases = []
    while len(cases) < 12:
        q = [0.5, 0.75, 0.9][len(cases) % 3]
        count = int(random.integers(40, 120))
        groups = int(random.integers(5, count // 2))
        clusters = labels(random, count, groups)
        values = rounded(np.exp(random.normal(0, 1, groups)[clusters] + random.normal(0, 0.5, count)), 4)
        ordered = np.sort(values)
        mark = ordered[math.ceil(Fraction(str(q)) * count) - 1]
        above = (values >= mark).astype(float)
        share = above.mean()
        effect = cluster_error(above, clusters) ** 2 / (share * (1 - share) / count)
        worth = count / max(1, effect)
        if abs(worth - round(worth)) < 1e-6 and effect > 1:
            continue
        size = min(count, max(groups, math.floor(worth)))
        binomial = stats.binom(size, q)
        low, high = int(binomial.ppf(0.025)), int(binomial.isf(0.025)) + 1
        known = 1 <= low and high <= size

        def value(rank):
            return float(ordered[math.ceil(Fraction(rank * count, size)) - 1])

        cases.append({
            "values": values, "clusters": clusters, "quantile": q, "count": size,
            "low": value(low) if known else None, "high": value(high) if known else None})
    return cases


def passes(random):
    cases = []
    for place in range(24):
        n = int(random.integers(1, 12 if place < 16 else 300))
        c, k = int(random.integers(0, n + 1)), int(random.integers(1, n + 1))
        ways = math.comb(n, k)
        any_passes = agree(float(1 - Fraction(math.comb(n - c, k), ways)), 1 - stats.hypergeom.pmf(0, n, c, k))
        all_pass = agree(float(Fraction(math.comb(c, k), ways)), stats.hypergeom.pmf(k, n, c, k))
        cases.append({"passes": c, "of": n, "k": k, "any": any_passes, "all": all_pass})
    return cases
