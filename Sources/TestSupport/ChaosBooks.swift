public import LLMCore

/// Our books of attempts held against a provider's own ledger of what it billed.
///
/// The reconciliation of our records of a chaos run with the simulator's ledger, joined by the provider's request id. A
/// charge that we cannot name must be covered by an attempt whose cost we do not claim to know, at the same model with
/// the same key: nothing is lost, and nothing counted twice.
package struct ChaosBooks: Sendable {
    /// One attempt of ours.
    package struct Entry: Sendable {
        package var model: ModelID
        package var key: String?
        /// The provider's name for the request, when we were told.
        package var request: String?
        /// `nil`: not known.
        package var cost: USD?
        package init(model: ModelID, key: String?, request: String?, cost: USD?) {
            self.model = model
            self.key = key
            self.request = request
            self.cost = cost
        }
    }
    private struct Till: Hashable {
        var model: String
        var key: String
    }

    /// The discrepancies found, as sentences; empty when both sides agree.
    package private(set) var problems: [String] = []
    /// Attempts whose cost was found in the ledger, to the pico-dollar.
    package private(set) var agreed = 0
    /// Charges that we know happened without knowing how much.
    package private(set) var covered = 0
    package private(set) var total = USD.zero

    /// - Parameter ledger: The simulator's entries.
    package init(_ attempts: [Entry], ledger: [JSONValue]) {
        var charges: [String: JSONValue] = [:]
        for entry in ledger { if let id = entry["request_id"]?.string { charges[id] = entry } }
        var unknown: [Till: Int] = [:]
        let clouds = attempts.filter { $0.model.provider != .local }
        // First those that name their request: what is left is then told by its price.
        for attempt in clouds.filter({ $0.request != nil }) + clouds.filter({ $0.request == nil }) {
            let name = attempt.request ?? ChaosBooks.equal(to: attempt, among: charges)
            let charge = name.flatMap { charges.removeValue(forKey: $0) }
            if let request = attempt.request, charge == nil {
                problems.append("\(attempt.model) \(request) is not in the ledger, or twice in our books")
            }
            compare(attempt, charge, &unknown)
        }
        for (id, charge) in charges where ChaosBooks.cost(of: charge) != .zero {
            guard charge["provider"] != "local" else { continue }
            let till = ChaosBooks.till(of: charge)
            if unknown[till, default: 0] > 0 {
                unknown[till, default: 0] -= 1
                covered += 1
            } else {
                problems.append("\(till.model) \(id) was billed and is in no book of ours")
            }
        }
    }

    private mutating func compare(_ attempt: Entry, _ charge: JSONValue?, _ unknown: inout [Till: Int]) {
        guard let cost = attempt.cost else {
            if charge == nil {
                unknown[Till(model: attempt.model.description, key: attempt.key ?? ""), default: 0] += 1
            } else {
                covered += 1
            }
            return
        }
        total += cost
        let billed = charge.map(ChaosBooks.cost) ?? .zero
        if cost == billed {
            agreed += 1
        } else {
            problems.append("\(attempt.model) \(attempt.request ?? "-"): \(cost) USD booked, \(billed) USD billed")
        }
    }

    /// The charge of an attempt that has a price and no name.
    private static func equal(to attempt: Entry, among charges: [String: JSONValue]) -> String? {
        guard let cost = attempt.cost, cost != .zero else { return nil }
        let till = Till(model: attempt.model.description, key: attempt.key ?? "")
        return charges.first { self.cost(of: $0.value) == cost && self.till(of: $0.value) == till }?.key
    }

    private static func till(of charge: JSONValue) -> Till {
        Till(
            model: "\(charge["provider"]?.string ?? "")/\(charge["model"]?.string ?? "")",
            key: charge["key"]?.string ?? "")
    }

    private static func cost(of charge: JSONValue) -> USD { charge["cost_usd"]?.string.flatMap { USD($0) } ?? .zero }
}

extension AttemptReport {
    /// The provider's id of the request.
    public var requestName: String? { headers["x-request-id"] ?? headers["request-id"] ?? geminiName }
    private var geminiName: String? { model.provider == "gemini" ? responseID : nil }
}
