import LLMCore

/// One step of the ledger, kept as a value so that it can be run on a copy, in a transaction, or again.
enum HealthOperation: Sendable {
    case admit(AdmissionRequest, now: Int64)
    case settle(Permit, HealthFacts, now: Int64)
    case release(Permit)
    case command(HealthCommand, now: Int64)
    /// An empty operation: commits the changes that wait.
    case flush

    /// - Parameter narrow: Only what a plain success touches.
    func keys(narrow: Bool = false) -> [HealthKey] {
        switch self {
        case .admit(let request, _): request.healthKeys
        case .release(let permit): permit.ownKeys
        case .settle(let permit, _, _): narrow ? permit.ownKeys : permit.request.healthKeys
        case .command(let command, _): [command.key]
        case .flush: []
        }
    }

    /// - Returns: The decision, when it is an admission.
    func run(on ledger: inout HealthLedger) -> Admission? {
        switch self {
        case .admit(let request, let now): return ledger.admit(request, now: now)
        case .settle(let permit, let facts, let now): ledger.settle(permit, facts, now: now)
        case .release(let permit): ledger.release(permit)
        case .command(let command, let now): ledger.perform(command, now: now)
        case .flush: break
        }
        return nil
    }
}

extension Permit {
    /// The states of this attempt alone, without those of the other keys.
    var ownKeys: [HealthKey] {
        var keys = [request.providerKey, request.modelKey, request.limitsKey(of: limitOwner)]
        if !request.isLocal { keys.append(request.lockKey) }
        if let key { keys.append(request.key(of: key)) }
        return keys
    }
}
