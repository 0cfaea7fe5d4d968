/// A label of a report with what it means. Every label that a report prints is one of these.
public struct ReportTerm: Sendable, Hashable {
    /// Stable, fit for an HTML id.
    public let key: String
    public let label: String
    public let definition: String

    init(_ key: String, _ label: String, _ definition: String) {
        self.key = key
        self.label = label
        self.definition = definition
    }

    /// All of them, in the order of the report.
    public static let all: [ReportTerm] = verdicts + rates + latencies + speeds + loads + money + reading + trials

    static let verdicts = [verdict, certified, confidence, runnerUp, incumbent, casesNeeded, simulated, timeScale]
    static let rates = [passRate, passRateStrict, quality, score, failureRate, n, interval, tie]
    static let latencies = [
        resp, respP50, respP95, respOkP50, respOkP95, ttft, ttfa, decode, queue, attempts, ecdf, plateau,
    ]
    static let speeds = [decodeSpeed, endToEndSpeed, characterSpeed, outputTokens, countedTokens]
    static let loads = [loadModel, objective, good, attainment, offered, achieved, goodput, queued, capacity]
    static let money = [
        costPerThousand, costPerPass, timePerPass, cost, budget, likely, worstCase, wasted, retryCost, cachedShare,
        unpriced,
    ]
    static let reading = [frontier, outcomes, metricScore, difference]
    static let trials = [assertion, differs, cut]
}

// The verdict.
extension ReportTerm {
    public static let verdict = ReportTerm(
        "verdict", "verdict",
        "proven: every constraint holds with the confidence asked for. likely: the best guess holds them with at least 70 %. tie: with less, so "
            + "another model may be as good. measured: one model alone, with nothing to compare it with. not enough data: fewer than 40 shared "
            + "cases or 10 groups of them, where nothing is certified. infeasible: no model meets the hard limits.")
    public static let certified = ReportTerm(
        "certified", "certified",
        "The confidence that the chosen model meets every constraint reaches the one asked for; at least 40 cases in 10 groups are shared by all "
            + "models, and 72 where the p95 is limited.")
    public static let confidence = ReportTerm(
        "confidence", "confidence",
        "How sure it is that this model is good enough beside each other model, and within each limit: the least certain of these claims, where the "
            + "cases (groups of cases, where they come in groups) are weighted at random and one is added in which it is wrong and the others "
            + "are right: computed for claims about quality, the share of seeded, paired resamples for others. Models that could have been "
            + "certified in error instead are paid for. What exceeds 99 % is printed as > 99 %."
    )
    public static let runnerUp = ReportTerm(
        "runner_up", "runner-up", "The model that would be chosen if the chosen one were not there.")
    public static let incumbent = ReportTerm(
        "incumbent", "incumbent",
        "The model that the selection table before this one chose. It is kept on ties, so that the table does not flip with every run."
    )
    public static let casesNeeded = ReportTerm(
        "cases_needed", "cases needed",
        "About how many further cases would certify a model in four of five repetitions, if what was seen is the truth."
    )
    public static let simulated = ReportTerm(
        "simulated", "simulated",
        "Answers, waits and failures came from the built-in simulator, not from the providers. Prices and speeds are shaped after public "
            + "figures; nothing was paid. A simulated row is never used once a real provider is configured.")
    public static let timeScale = ReportTerm(
        "time_scale", "time scale",
        "The simulator multiplied its waits by this factor. A latency of a run at 0.05 is about a twentieth of what the model would take, plus "
            + "the fixed cost of the call; speeds are about twenty times too high.")
}

// Rates and scores.
extension ReportTerm {
    public static let passRate = ReportTerm(
        "pass_rate", "pass",
        "Trials that passed, of those that could be graded: provider failures are left out here and counted under fail. A trial passes when its "
            + "score reaches the case's threshold. 95 % Wilson interval.")
    public static let passRateStrict = ReportTerm(
        "pass_rate_strict", "pass, strict",
        "Trials that passed, of all attempted, so that a provider failure counts as not passed. 95 % Wilson interval.")
    public static let quality = ReportTerm(
        "quality", "quality",
        "Mean score from 0 to 1 with provider failures as 0. Its 95 % interval comes from paired resamples of the cases or their groups, and near "
            + "0 and 1 is at least Wilson's. The chosen model's interval is wider: it allows for its having been chosen among so many."
    )
    public static let score = ReportTerm(
        "score", "score", "Weighted mean of a trial's assertions, from 0 to 1. Unscored assertions do not count.")
    public static let failureRate = ReportTerm(
        "failure_rate", "fail",
        "Trials that ended in a fault of the provider (errors, limits, time-outs, cut streams) after all retries, of all attempted. Refusals and "
            + "wrong answers are not failures; trials that the harness cancelled are left out. 95 % Wilson interval, in which the "
            + "repeats of a case count together; the cases of a group do not, since a provider fails whatever they are about."
    )
    public static let n = ReportTerm(
        "n", "n",
        "Trials attempted: those that the harness cancelled or failed to grade are left out and shown apart."
    )
    public static let interval = ReportTerm(
        "interval", "95 % interval",
        "The range that would hold the true value in 95 of 100 such runs. Wilson for rates, exact order statistics for percentiles, seeded "
            + "bootstrap over cases for costs and differences; the repeats of a case count together, and so do the cases of a group but for fail. Overlapping intervals do not mean equality: ties are judged on paired differences."
    )
    public static let tie = ReportTerm(
        "tie", "tied with the best",
        "Case by case, this model cannot be told from the best of the column (p > 5 % in a paired bootstrap, corrected by Holm for the "
            + "number of models compared in it). The best is bold; all cells tied with it share its shade. Nothing is claimed over fewer than 6 cases in common."
    )
}

// Latencies.
extension ReportTerm {
    public static let resp = ReportTerm(
        "resp_ms", "response time",
        "resp_ms: from the moment the call was due until its last byte, with the harness's queue, every attempt and the waits between them. What the "
            + "caller waited. A stream ends with its usage: where a server sends that late, the wait for it counts too."
    )
    public static let respP50 = ReportTerm(
        "resp_p50_ms", "p50 resp",
        "Median response time: resp_ms by nearest rank, failed trials counted as infinite. Exact order-statistic interval; it needs 6 trials."
    )
    public static let respP95 = ReportTerm(
        "resp_p95_ms", "p95 resp",
        "The response time that 95 of 100 trials keep, by nearest rank, failed trials counted as infinite. Below 72 trials it has no interval, and "
            + "“n too small” is printed in its place.")
    public static let respOkP50 = ReportTerm(
        "resp_ok_p50_ms", "p50 resp, successes",
        "Median of resp_ms over trials without a provider failure. It flatters providers that fail fast: read it beside fail."
    )
    public static let respOkP95 = ReportTerm(
        "resp_ok_p95_ms", "p95 resp, successes",
        "p95 of resp_ms over trials without a provider failure. It flatters providers that drop slow requests.")
    public static let ttft = ReportTerm(
        "ttft_ms", "TTFT p50",
        "Time to first token, ttft_ms: from sending the final attempt to its first non-empty token, be it reasoning, answer or tool call. A chunk that only names the "
            + "role does not count. Median; unknown for calls that did not stream.")
    public static let ttfa = ReportTerm(
        "ttfa_ms", "TTFA p50",
        "Time to first answer, ttfa_ms: from sending the final attempt to the first token of the answer itself. For models that show their reasoning it is later than "
            + "the first token; reasoning that a server leaves in the answer's text counts as the answer here. Median.")
    public static let decode = ReportTerm(
        "decode_ms", "decoding", "decode_ms: from the first to the last non-empty token of the final attempt. Median.")
    public static let queue = ReportTerm(
        "queue_ms", "queue",
        "queue_ms: the wait for the harness's own limiter, never counted against the provider. Part of the response time."
    )
    public static let attempts = ReportTerm(
        "attempts", "attempts",
        "Requests made for this trial, in order, with class, status and time. Retries and the waits between them are part of the response time."
    )
    public static let ecdf = ReportTerm(
        "ecdf", "latency distribution",
        "For each time on the axis, the share of trials that had finished well by then. The height where a curve ends is the share that "
            + "finished at all.")
    public static let plateau = ReportTerm(
        "plateau", "failure plateau",
        "A curve that ends below 100 % belongs to a model some of whose trials failed: the missing part is its failure rate, which no waiting "
            + "would mend.")
}

// Speeds.
extension ReportTerm {
    public static let decodeSpeed = ReportTerm(
        "decode_tps", "tok/s",
        "decode_tps: output tokens per second after the first chunk, whose tokens are taken by their share of the text, and without hidden "
            + "reasoning tokens, which were never streamed. Undefined where all came at once or within 5 ms. Median over trials. Each provider "
            + "counts tokens with its own tokenizer.")
    public static let endToEndSpeed = ReportTerm(
        "e2e_tps", "tok/s, whole call",
        "e2e_tps: output tokens over the whole final attempt, waiting and thinking included. Median over trials.")
    public static let characterSpeed = ReportTerm(
        "chars_per_s", "characters/s",
        "chars_per_s: characters of the answer per second from its first to its last token. Free of tokenizers, so it compares across "
            + "providers. Median over trials.")
    public static let outputTokens = ReportTerm(
        "output_tokens", "output tokens",
        "Every token the model wrote, hidden reasoning included, as the provider counted them.")
    public static let countedTokens = ReportTerm(
        "usage_source", "† counted",
        "The engine reported no usage: its own tokenizer counted the answer's tokens after its end. Where it has none, the non-empty pieces of "
            + "the stream are an estimate (≈), which no speed is made of. Neither is in a sum or a median with reported tokens."
    )
}

// Load.
extension ReportTerm {
    public static let loadModel = ReportTerm(
        "load_model", "load",
        "When calls start. closed loop: when another ends, so a slow server is asked less. constant and Poisson: by the clock at a rate, whatever "
            + "became of the earlier ones, and latency counts from the instant a call was due, so that no wait is left out. replay: at the recorded "
            + "times. One model runs at a time, at one rate at a time.")
    public static let objective = ReportTerm(
        "slo", "objective",
        "The limits that the run was given and the share of trials that must keep them. A case's own limits count too.")
    public static let good = ReportTerm(
        "good", "good",
        "A trial whose answer is whole, passed where it could be graded, and came within every limit of the objective. Under an open load every "
            + "limit counts from the instant the call was due: ttft_ms, ttfa_ms and e2e_ms with the wait before the request was sent."
    )
    public static let attainment = ReportTerm(
        "slo_attainment", "attainment",
        "Good trials of all attempted; failures, refusals and cut answers are not good. Wilson's 95 % interval at the number of independent trials "
            + "that these are worth, n(1 − ρ)/(1 + ρ), where ρ is the correlation of neighbours in time.")
    public static let offered = ReportTerm(
        "offered_rps", "offered",
        "Calls due a second over the phase, as they were scheduled; a Poisson process varies about its rate.")
    public static let achieved = ReportTerm(
        "achieved_rps", "achieved",
        "Whole answers a second, from the first call due to the last end of the phase. Below the offered rate a queue grows, or the phase is short."
    )
    public static let goodput = ReportTerm(
        "goodput_rps", "goodput", "Good trials a second, from the first call due to the last end of the phase.")
    public static let queued = ReportTerm(
        "queued", "queued",
        "Calls that left more than 10 ms after they were due: the limit of calls in flight was reached, or the harness was late. The wait is in "
            + "queue_ms and in the response time.")
    public static let capacity = ReportTerm(
        "capacity_rps", "holds up to",
        "The highest rate at which the objective's share of trials is good. The share is fitted to fall with the rate (isotonic regression), and "
            + "crosses the objective by interpolation over the logarithm of the rate. The 95 % interval reaches from the last rate that holds to the "
            + "first that does not, in draws from each rate's confidence distribution: more steps make it narrower.")
}

// Money.
extension ReportTerm {
    public static let costPerThousand = ReportTerm(
        "cost_per_1k_cases_usd", "$ per 1k cases",
        "A thousand times the mean cost of a trial, all attempts counted. Interval by bootstrap-t on the logarithmic scale over "
            + "cases (their groups, where the dataset has them), wider where they are few: costs are skewed.")
    public static let costPerPass = ReportTerm(
        "cost_per_pass_usd", "$ per pass",
        "All that was spent on the model, failures and retries included, over its passes: a ratio of sums. Infinite when nothing passed. "
            + "Bootstrap interval over cases.")
    public static let timePerPass = ReportTerm(
        "time_per_pass_ms", "time per pass",
        "All the time spent waiting for the model over its passes: a ratio of sums.")
    public static let cost = ReportTerm(
        "cost_usd", "cost",
        "What the provider says it billed where it says so, else tokens times the price of the day, all attempts counted."
    )
    public static let budget = ReportTerm(
        "budget", "budget",
        "The most the run may spend. The worst case of every call is reserved before it is sent and settled after, so the limit "
            + "holds whatever is in flight.")
    public static let likely = ReportTerm(
        "likely", "estimate",
        "What the plan was expected to cost before the first call, from prompt lengths and references, without reasoning."
    )
    public static let worstCase = ReportTerm(
        "worst_case", "worst case",
        "What the plan could have cost at most: every prompt byte a token, every answer as long as its limit, at the dearest applicable price."
    )
    public static let wasted = ReportTerm(
        "failed_cost", "spent on failures",
        "Cost of trials that ended in a provider failure: paid, and nothing came of it.")
    public static let retryCost = ReportTerm(
        "retry_cost", "spent on retries", "Cost of attempts that another attempt had to follow.")
    public static let cachedShare = ReportTerm(
        "cached_share", "cached input",
        "Input tokens read from the provider's prompt cache, of all input tokens. Cached tokens are cheaper, and make later calls faster."
    )
    public static let unpriced = ReportTerm(
        "unpriced", "unpriced",
        "The price or the usage of some calls is unknown, so their cost is too. Unknown is never counted as $0.")
}

// Reading charts and cases.
extension ReportTerm {
    public static let frontier = ReportTerm(
        "frontier", "frontier",
        "Models that no other beats on both quality and cost. Those below the line are greyed: another is at least as good for no more money. "
            + "Whiskers are 95 % intervals on both axes.")
    public static let outcomes = ReportTerm(
        "outcomes", "failures by class",
        "How trials ended that did not end well, in one closed vocabulary: faults of the provider, outcomes of the case (refusal, cut by the "
            + "length limit, no text), and those of the harness (cancelled, grader or harness errors), which no rate counts."
    )
    public static let metricScore = ReportTerm(
        "metric_score", "scores by aspect", "Mean score of the assertions that the dataset sums up under one name.")
    public static let difference = ReportTerm(
        "difference", "difference to the chosen",
        "Mean of the case-by-case difference in score to the chosen model, with its paired 95 % interval. An interval that holds zero proves "
            + "nothing either way.")
    public static let assertion = ReportTerm(
        "assertion", "assertions",
        "One check of an answer: passed, failed, or unscored when it could not be judged. The reason is the grader's.")
    public static let differs = ReportTerm(
        "differs", "differs between models",
        "Some models passed this case and some did not: the cases that tell models apart.")
    public static let cut = ReportTerm(
        "cut", "cut",
        "Answers longer than 1 kB show their beginning; a full report embeds all of them. Control characters are taken out."
    )
}
