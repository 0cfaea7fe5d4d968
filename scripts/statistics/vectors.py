"""Writes what scipy, statsmodels and evalconfidence make of random data, for the Swift suite to compare with.

    vectors.py --seed 20 > scripts/statistics/vectors.json      the vectors of the suite, made anew

Where two of them know a figure, they must agree before it is written."""

import argparse
import importlib.metadata
import json
import math
import sys

import numpy as np

import comparisons
import estimates


def table(reference, tolerance, reason, cases):
    """One function's cases. A figure may deviate by the tolerance, relative to itself where it is above 0.001."""
    return {"reference": reference, "tolerance": tolerance, "reason": reason, "cases": cases}


def tables(random):
    rounding = "rounding only: a few dozen operations in another order"
    series = "our log-gamma function is good to 1e-12; its error grows with n"
    exact = "the same value or rank, or another: no rounding"
    return {
        "distributions": table("scipy.stats, scipy.special", 1e-9, series, estimates.distributions(random)),
        "wilson": table("statsmodels proportion_confint, scipy binomtest", 1e-11, rounding, estimates.wilson(random)),
        "clustered_mean": table(
            "statsmodels OLS with clustered covariance, evalconfidence.standard_error", 1e-9,
            "rounding, and Student's quantile by bisection", estimates.clustered_mean(random)),
        "clustered_rate": table(
            "the wider of statsmodels OLS and proportion_confint at n / deff", 1e-9,
            "rounding, and Student's quantile by bisection", estimates.clustered_rate(random)),
        "quantile": table("numpy inverted_cdf, scipy quantile_test", 0, exact, estimates.quantile(random)),
        "clustered_quantile": table(
            "scipy binom at n / deff, deff of statsmodels OLS", 0, exact, estimates.clustered_quantile(random)),
        "passes": table("scipy hypergeom, exact fractions", 1e-12, rounding, estimates.passes(random)),
        "mcnemar": table("statsmodels mcnemar(exact), evalconfidence.compare", 1e-9, series, comparisons.mcnemar(random)),
        "holm": table("statsmodels multipletests", 1e-14, rounding, comparisons.holm(random)),
        "bootstrap": table(
            "the ends of the same draws by numpy; those of scipy.stats.bootstrap's own draws", 1e-11,
            "rounding for the same draws. Other draws: between the quantiles of 50000 that lie five standard errors of a share of draws "
            "to either side, which one end in two million misses", comparisons.bootstrap(random)),
        "signed_rank": table("scipy wilcoxon", 1e-11, rounding, comparisons.signed_rank(random)),
        "hodges_lehmann": table(
            "the median of the Walsh averages by numpy, the ratios that scipy wilcoxon does not reject", 1e-12, rounding,
            comparisons.hodges_lehmann(random)),
        "equivalence": table(
            "statsmodels ttost_paired, OLS with clustered covariance, scipy binomtest", 1e-9, series,
            comparisons.equivalence(random)),
        "power": table("evalconfidence.power, statsmodels NormalIndPower", 1e-12, rounding, comparisons.power(random)),
    }


def plain(value):
    """A value as JSON knows it: infinity is a word."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        assert not math.isnan(value)
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value


def text(vectors):
    """JSON with a case on each line."""
    compact = lambda value: json.dumps(plain(value), separators=(",", ":"))
    parts = []
    for name, content in vectors["tables"].items():
        cases = ",\n    ".join(map(compact, content["cases"]))
        head = compact({key: part for key, part in content.items() if key != "cases"})
        parts.append(f'  "{name}":{head[:-1]},"cases":[\n    {cases}]}}')
    head = compact({key: part for key, part in vectors.items() if key != "tables"})
    return head[:-1] + ',"tables":{\n' + ",\n".join(parts) + "}}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, required=True)
    seed = parser.parse_args().seed
    packages = {name: importlib.metadata.version(name) for name in ("scipy", "statsmodels", "evalconfidence", "numpy")}
    sys.stdout.write(text({"seed": seed, "packages": packages, "tables": tables(np.random.default_rng(seed))}))


if __name__ == "__main__":
    main()
