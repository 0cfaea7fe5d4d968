package import LLMCore

/// The spending of live calls as charges of the FinOps Open Cost and Usage Specification (FOCUS), version 1.2.
///
/// A charge is what a model cost in a day, for one key of its provider, one virtual key and one set of tags. All columns that the version
/// makes mandatory are there. A cost that is unknown is in no charge: the specification has no word for it.
package struct FocusCharges: Sendable {
    private struct Charge: Hashable {
        var day: CalendarDay
        var model: ModelID
        var providerKey: KeyFingerprint?
        var key: String?
        var tags: [CallTag]
    }

    private struct Sum {
        var cost = USD.zero
        var requests = 0
        var unpriced = 0
    }

    /// Real charges and simulated ones never stand in one statement.
    private let simulated: Bool
    private var sums: [Charge: Sum] = [:]

    package init(simulated: Bool) { self.simulated = simulated }

    package mutating func add(_ call: LoggedCall) {
        guard call.simulated == simulated else { return }
        for attempt in call.attempts {
            let charge = Charge(
                day: CalendarDay(containing: call.startedAt), model: attempt.model, providerKey: attempt.key,
                key: call.attribution.key, tags: call.attribution.tags.sorted())
            var sum = sums[charge] ?? Sum()
            if let cost = attempt.cost {
                sum.cost += cost
                sum.requests += 1
            } else {
                sum.unpriced += 1
            }
            sums[charge] = sum
        }
    }

    /// The columns in their order: first those that the specification knows, then ours.
    package static let columns = [
        "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
        "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd",
        "ChargePeriodStart", "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "EffectiveCost", "InvoiceIssuerName",
        "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName", "ResourceId", "ServiceCategory",
        "ServiceName", "ServiceSubcategory", "Tags", "x_Simulated", "x_UnpricedRequests", "x_VirtualKey",
    ]

    /// As comma-separated text.
    package var csv: String {
        var table = CSVText(header: Self.columns)
        for (charge, sum) in sums.sorted(by: { Self.order($0.key) < Self.order($1.key) }) where sum.requests > 0 {
            let fields = fields(charge, sum)
            table.add(Self.columns.map { fields[$0] ?? .empty })
        }
        return table.text
    }

    private static func order(_ charge: Charge) -> String {
        let rest = [charge.providerKey?.rawValue ?? "", charge.key ?? "", charge.tags.map(\.description).joined()]
        return ([charge.day.description, charge.model.description] + rest).joined(separator: "\u{0}")
    }

    private func fields(_ charge: Charge, _ sum: Sum) -> [String: CSVText.Field] {
        let provider = CSVText.Field.text(charge.model.provider.rawValue)
        let requests = "\(sum.requests) request\(sum.requests == 1 ? "" : "s") to \(charge.model)"
        var fields: [String: CSVText.Field] = [
            "BillingAccountId": charge.providerKey.map { .text($0.rawValue) } ?? provider,
            "BillingCurrency": .text("USD"), "ChargeCategory": .text("Usage"), "ChargeDescription": .text(requests),
            "ConsumedUnit": .text("Requests"), "PricingUnit": .text("Requests"), "ResourceId": .text("\(charge.model)"),
            "ServiceCategory": .text("AI and Machine Learning"), "ServiceSubcategory": .text("Generative AI"),
            "ServiceName": .text("\(charge.model.provider) models"), "Tags": .text(tags(charge.tags)),
            "x_Simulated": .figure("\(simulated)"), "x_UnpricedRequests": .figure("\(sum.unpriced)"),
        ]
        for name in ["BilledCost", "ContractedCost", "EffectiveCost", "ListCost"] {
            fields[name] = .figure(sum.cost.description)
        }
        for name in ["ConsumedQuantity", "PricingQuantity"] { fields[name] = .figure("\(sum.requests)") }
        for name in ["InvoiceIssuerName", "ProviderName", "PublisherName"] { fields[name] = provider }
        fields["x_VirtualKey"] = charge.key.map { .text($0) }
        let day = charge.day
        fields["BillingPeriodStart"] = Self.start(of: day.firstOfMonth)
        fields["BillingPeriodEnd"] = Self.start(of: day.firstOfNextMonth)
        fields["ChargePeriodStart"] = Self.start(of: day)
        fields["ChargePeriodEnd"] = Self.start(of: day.next)
        return fields
    }

    private static func start(of day: CalendarDay) -> CSVText.Field { .figure("\(day)T00:00:00Z") }

    /// An object of names and values, `true` for a name alone.
    private func tags(_ tags: [CallTag]) -> String {
        JSONValue.object(JSONObject(tags.map { .init(key: $0.name, value: $0.value.map { .string($0) } ?? true) })).text
    }
}

extension CalendarDay {
    fileprivate var next: CalendarDay { CalendarDay(year: year, month: month, day: day + 1) ?? firstOfNextMonth }
    fileprivate var firstOfMonth: CalendarDay { CalendarDay(year: year, month: month, day: 1) ?? self }
    fileprivate var firstOfNextMonth: CalendarDay {
        CalendarDay(year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1) ?? self
    }
}
