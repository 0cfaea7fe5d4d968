import LLMCore
import Testing

@testable import DirGenAPI

@Suite("Spending by its properties", .timeLimit(.minutes(1)))
struct SpendTests {
    /// 2026-01-31, one second before midnight UTC, and a second later.
    private static let january: Int64 = 1_769_903_999_000_000
    private static let february = january + 1_000_000

    private static func call(
        _ id: String, at instant: Int64 = january, key: String? = nil, tags: String? = nil, closed: Bool = true,
        simulated: Bool = false, _ attempts: [(model: String, key: String?, cost: USD?)]
    ) throws -> LoggedCall {
        var call = LoggedCall(
            id: CallID(rawValue: id), origin: .live, isClosed: closed, simulated: simulated, startedAt: instant,
            task: .planning, model: attempts.last.flatMap { ModelID($0.model) },
            attempts: try attempts.enumerated().map { index, attempt in
                LoggedCall.Attempt(
                    id: AttemptID(call: CallID(rawValue: id), number: index + 1),
                    model: try #require(ModelID(attempt.model)), endpoint: "e",
                    key: attempt.key.map { KeyFingerprint(rawValue: $0) }, cost: attempt.cost)
            })
        call.attribution = CallAttribution(key: key, tags: try tags.map { try CallTag.list($0) } ?? [])
        return call
    }

    private static func log() throws -> [LoggedCall] {
        [
            // Failed over: two attempts, at two providers, both paid.
            try call(
                "1", key: "ops", tags: "team=search,urgent",
                [("openai/a", "k1", USD(pico: 1_000_000)), ("groq/b", "k2", USD(pico: 2_000_000))]),
            try call("2", at: february, key: "web", tags: "team=ads", [("openai/a", "k1", USD(pico: 500_000))]),
            try call("3", at: february, [("openai/a", "k3", nil)]),
            // From the cache, and one that is under way.
            try call("4", tags: "team=search", []),
            try call("5", closed: false, [("openai/a", "k1", nil)]),
        ]
    }

    private static func sums(_ grouping: SpendGrouping) throws -> [String: [String]] {
        var ledger = SpendLedger(by: grouping)
        for call in try log() { ledger.add(call) }
        return Dictionary(
            uniqueKeysWithValues: ledger.documents.map {
                ($0.group, ["\($0.calls)", $0.costUSD.description, "\($0.unpriced)"])
            })
    }

    @Test("each attempt's cost counts where it was made, and an unknown one is in no sum")
    func groups() throws {
        #expect(
            try Self.sums(.day) == [
                "2026-01-31": ["3", "0.000003", "0"], "2026-02-01": ["2", "0.0000005", "1"],
            ])
        #expect(
            try Self.sums(.model) == [
                "openai/a": ["4", "0.0000015", "1"], "groq/b": ["1", "0.000002", "0"], "none": ["1", "0", "0"],
            ])
        #expect(
            try Self.sums(.providerKey) == [
                "k1": ["3", "0.0000015", "0"], "k2": ["1", "0.000002", "0"], "k3": ["1", "0", "1"],
                "none": ["1", "0", "0"],
            ])
        #expect(
            try Self.sums(.key) == [
                "ops": ["1", "0.000003", "0"], "web": ["1", "0.0000005", "0"], "none": ["3", "0", "1"],
            ])
        #expect(
            try Self.sums(.tag) == [
                "team=search": ["2", "0.000003", "0"], "urgent": ["1", "0.000003", "0"],
                "team=ads": ["1", "0.0000005", "0"], "none": ["2", "0", "1"],
            ])
    }

    @Test("comma-separated text quotes what must be quoted, ends its lines as RFC 4180 says, and holds no formula")
    func csv() {
        var table = CSVText(header: ["a", "b"])
        table.add([.text("x,\"y\"\nz"), .figure("-1")])
        for start in ["=", "+", "-", "@", "\t", "\r"] { table.add([.text(start + "cmd|'/c calc'!A1"), .empty]) }
        let lines = table.text.components("\r\n")
        #expect(lines[0] == "a,b" && lines[1] == "\"x,\"\"y\"\"\nz\",-1")
        #expect(table.text.hasSuffix("\r\n"))
        #expect(table.text.contains("'=cmd|'/c calc'!A1,\r\n"))
        for start in ["=", "+", "-", "@", "\t"] { #expect(!table.text.contains("\n" + start)) }
    }

    @Test("FOCUS charges have every mandatory column of version 1.2, filled where it may not be null")
    func focus() throws {
        let mandatory: Set = [
            "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
            "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd",
            "ChargePeriodStart", "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity",
            "PricingUnit", "ProviderName", "PublisherName", "ServiceCategory", "ServiceName",
        ]
        #expect(mandatory.isSubset(of: FocusCharges.columns))
        var charges = FocusCharges(simulated: false)
        for call in try Self.log() { charges.add(call) }
        charges.add(try Self.call("6", simulated: true, [("openai/a", "k1", USD(pico: 7_000_000))]))
        let lines = charges.csv.components("\r\n").filter { !$0.isEmpty }
        #expect(lines.count == 4, "\(lines)")
        let rows = lines.dropFirst().map {
            Dictionary(uniqueKeysWithValues: zip(FocusCharges.columns, Self.fields($0)))
        }
        for row in rows {
            for column in mandatory.subtracting(["BillingAccountName", "ChargeClass"]) {
                #expect(row[column]?.isEmpty == false, "\(column)")
            }
        }
        let first = try #require(rows.first { $0["ResourceId"] == "groq/b" })
        #expect(
            first["BilledCost"] == "0.000002" && first["ListCost"] == "0.000002" && first["BillingAccountId"] == "k2")
        #expect(
            first["ChargePeriodStart"] == "2026-01-31T00:00:00Z" && first["ChargePeriodEnd"] == "2026-02-01T00:00:00Z")
        #expect(
            first["BillingPeriodStart"] == "2026-01-01T00:00:00Z" && first["BillingPeriodEnd"] == "2026-02-01T00:00:00Z"
        )
        #expect(first["Tags"] == #"{"team":"search","urgent":true}"# && first["x_VirtualKey"] == "ops")
        #expect(!charges.csv.contains("0.000007"))
    }

    /// The fields of a line.
    private static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        var rest = Substring(line)
        while let character = rest.popFirst() {
            switch character {
            case "\"" where isQuoted && rest.first == "\"":
                rest.removeFirst()
                fields[fields.count - 1].append("\"")
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
