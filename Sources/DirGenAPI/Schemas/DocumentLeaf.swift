import BenchCore
import LLMCore

/// A value without members that a type reads by rules of its own: its schema, and one that it can read.
struct DocumentLeaf: Sendable {
    var schema: JSONObject
    var sample: JSONValue

    static let known: [ObjectIdentifier: DocumentLeaf] = [
        ObjectIdentifier(Bool.self): .init(schema: ["type": "boolean"], sample: false),
        ObjectIdentifier(String.self): .init(schema: ["type": "string"], sample: "x"),
        ObjectIdentifier(Double.self): .init(schema: ["type": "number"], sample: 1),
        ObjectIdentifier(Int.self): .init(schema: ["type": "integer"], sample: 1),
        ObjectIdentifier(Int64.self): .init(schema: ["type": "integer", "format": "int64"], sample: 1),
        ObjectIdentifier(UInt64.self): .init(schema: ["type": "integer", "minimum": 0], sample: 1),
        ObjectIdentifier(USD.self): .init(
            schema: ["type": "string", "pattern": "^-?[0-9]{1,7}(\\.[0-9]{1,12})?$"], sample: "1"),
        ObjectIdentifier(ExactDecimal.self): .init(
            schema: ["type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"], sample: "1"),
        ObjectIdentifier(ErrorCode.self): .init(
            schema: ["type": "string", "pattern": "^[a-z_]+(\\.[a-z0-9_]+)?$"], sample: "invalid_input"),
        ObjectIdentifier(ModelPattern.self): .init(schema: ["type": "string", "minLength": 1], sample: "auto"),
        ObjectIdentifier(CallTag.self): .init(
            schema: [
                "type": "string", "pattern": "^[A-Za-z0-9_.-]{1,32}(=[A-Za-z0-9_.:/@+ -]{1,64})?$",
            ], sample: "a=b"),
        ObjectIdentifier(ModelID.self): .init(schema: ["type": "string", "minLength": 1], sample: "a/b"),
        ObjectIdentifier(CallOrigin.self): words([CallOrigin.bench, .live]),
        ObjectIdentifier(LimitWindow.self): words([LimitWindow.minute, .hour, .day, .week, .month, .unknown]),
        ObjectIdentifier(RateLimitReading.Bucket.Resource.self): words([
            RateLimitReading.Bucket.Resource.requests, .tokens, .inputTokens, .outputTokens,
        ]),
        ObjectIdentifier(BreakerState.PhaseName.self): words([
            BreakerState.PhaseName.closed, .open, .halfOpen, .ramping,
        ]),
        ObjectIdentifier(VirtualKey.State.self): words([VirtualKey.State.active, .expired, .revoked]),
        ObjectIdentifier(SelectionChoice.Verdict.self): words([
            SelectionChoice.Verdict.certified, .uncertified, .measured, .infeasible,
        ]),
        ObjectIdentifier(SelectionWorth.Role.self): words([SelectionWorth.Role.best, .incumbent]),
        ObjectIdentifier(RunRecord.Status.self): words([
            RunRecord.Status.running, .complete, .drained, .aborted, .budgetStopped, .failed, .killed,
        ]),
        ObjectIdentifier(DecisionRecord.self): .init(schema: decision, sample: ["reason": "x"]),
        ObjectIdentifier(RunEnvironment.self): .init(schema: environment, sample: [:]),
        ObjectIdentifier(ModelPrice.self): .init(
            schema: price, sample: ["model": "a/b", "as_of": "2026-01-01", "sources": ["x"], "free": true]),
    ]
}

extension DocumentLeaf {
    /// One of some words, of a type that does not list its cases.
    private static func words<Word: RawRepresentable<String>>(_ words: [Word]) -> DocumentLeaf {
        let values = words.map { JSONValue.string($0.rawValue) }
        return DocumentLeaf(schema: ["type": "string", "enum": .array(values)], sample: values[0])
    }
}

// MARK: - Values of LLMCore and BenchCore that leave out what is empty

extension DocumentLeaf {
    private static let text: JSONValue = ["type": "string"]
    private static let number: JSONValue = ["type": "number"]
    private static let flag: JSONValue = ["type": "boolean"]

    private static func list(of item: JSONValue) -> JSONValue { ["type": "array", "items": item] }

    private static func object(_ required: [String], _ properties: JSONObject) -> JSONObject {
        [
            "type": "object", "required": .array(required.map { .string($0) }), "properties": .object(properties),
        ]
    }

    private static let decision = object(
        ["reason"],
        [
            "reason": text,
            "candidates": list(
                of: .object(object(["model", "why", "skipped"], ["model": text, "why": text, "skipped": flag]))),
            "table_id": text, "arm": text,
            "asked": .object(
                object(
                    ["fallback"],
                    [
                        "fallback": flag, "constraints": ["type": "object"], "profile": ["type": "object"],
                        "permitted_models": list(of: text),
                    ])
            ),
            "steps": list(
                of: .object(object(["after_ms", "what"], ["after_ms": number, "what": text, "model": text]))),
            "cache": ["type": "object"], "history": ["type": "object"],
        ])

    private static let environment = object(
        [],
        [
            "plan": .object(
                object(
                    ["calls", "likely_usd", "worst_case_usd"],
                    ["calls": ["type": "integer"], "likely_usd": text, "worst_case_usd": text])),
            "warnings": list(of: text), "load_model": text, "load": ["type": "object"], "slo": ["type": "object"],
            "concurrency": ["type": "object", "additionalProperties": ["type": "integer"]],
            "retries": ["type": "integer"], "via": ["enum": ["service", "direct"]], "program": text,
            "timeouts_ms": ["type": "object"], "local_load_ms": ["type": "object"], "settings": ["type": "object"],
            "resumed": list(of: ["type": "object"]), "harness": list(of: ["type": "object"]),
        ])

    private static let price = object(
        ["model", "sources"],
        [
            "model": text, "name": text, "aliases": list(of: text), "context_window": ["type": "integer"],
            "max_input": ["type": "integer"], "max_output": ["type": "integer"], "cache_min": ["type": "integer"],
            "reasoning": flag, "released": text, "status": text, "ends": text, "as_of": text,
            "sources": list(of: text), "note": text, "free": flag, "multipliers": ["type": "object"],
            "web_search": ["type": "object"],
            "prices": list(
                of: .object(
                    object(
                        ["rates"],
                        [
                            "from": text, "until": text,
                            "rates": list(
                                of: .object(
                                    object(
                                        ["input", "output"],
                                        ["input": number, "output": number, "cached_input": number, "service": text]))),
                        ]))),
        ])
}
