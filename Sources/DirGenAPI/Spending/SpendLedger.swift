package import LLMCore

/// The property of live calls that their spending is summed up by.
package enum SpendGrouping: String, Sendable, Hashable, CaseIterable {
    case day, model, provider, task
    /// Each tag by itself: a call with two counts under both.
    case tag
    /// The virtual key that a call was asked with, by name.
    case key
    /// The provider's key that an attempt was made with, by fingerprint.
    case providerKey = "provider_key"
}

/// The spending of live calls, summed up as they are read: known costs of their attempts.
package struct SpendLedger: Sendable {
    private let grouping: SpendGrouping
    private var groups: [Group: SpendingDocument] = [:]

    private struct Group: Hashable {
        var name: String
        var simulated: Bool
    }

    package init(by grouping: SpendGrouping) { self.grouping = grouping }

    /// For what belongs to no group.
    private static let none = "none"

    package mutating func add(_ call: LoggedCall) {
        for (name, attempts) in shares(of: call) {
            let group = Group(name: name, simulated: call.simulated)
            groups[group, default: SpendingDocument(group: name, simulated: call.simulated)].add(attempts, of: call)
        }
    }

    /// The sums, by name.
    package var documents: [SpendingDocument] {
        groups.sorted { ($0.key.name, $0.key.simulated ? 1 : 0) < ($1.key.name, $1.key.simulated ? 1 : 0) }.map(\.value)
    }

    /// The attempts of a call by the groups that they count under.
    private func shares(of call: LoggedCall) -> [(name: String, attempts: [LoggedCall.Attempt])] {
        switch grouping {
        case .day: [(CalendarDay(containing: call.startedAt).description, call.attempts)]
        case .task: [(call.task?.rawValue ?? Self.none, call.attempts)]
        case .key: [(call.attribution.key ?? Self.none, call.attempts)]
        case .tag:
            call.attribution.tags.isEmpty
                ? [(Self.none, call.attempts)] : call.attribution.tags.map { ($0.description, call.attempts) }
        case .model: divided(call, else: call.model?.description) { $0.model.description }
        case .provider: divided(call, else: call.model?.provider.rawValue) { $0.model.provider.rawValue }
        case .providerKey: divided(call, else: nil) { $0.key?.rawValue ?? Self.none }
        }
    }

    /// - Parameter name: Of a call that was answered without an attempt.
    private func divided(
        _ call: LoggedCall, else name: String?, by property: (LoggedCall.Attempt) -> String
    ) -> [(name: String, attempts: [LoggedCall.Attempt])] {
        guard !call.attempts.isEmpty else { return [(name ?? Self.none, [])] }
        return Dictionary(grouping: call.attempts, by: property).map { ($0.key, $0.value) }
    }
}

extension [SpendingDocument] {
    /// As comma-separated text.
    package var csv: String {
        var table = CSVText(header: ["group", "calls", "cost_usd", "unpriced", "simulated"])
        for group in self {
            table.add([
                .text(group.group), .figure("\(group.calls)"), .figure(group.costUSD.description),
                .figure("\(group.unpriced)"), .figure("\(group.simulated)"),
            ])
        }
        return table.text
    }
}
