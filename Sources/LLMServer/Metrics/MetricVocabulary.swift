import LLMCore
import LLMService

/// The label values of the configuration: what callers and providers name beyond it becomes `_OTHER`, so that nobody outside decides how
/// many series there are.
struct MetricVocabulary: Sendable, Hashable {
    /// Names without their provider; `nil`: any.
    var models: Set<String>?
    /// `provider/model`; `nil`: any.
    var modelIDs: Set<String>?
    /// As `gen_ai.provider.name` has them; `nil`: any.
    var providers: Set<String>?
    /// `nil`: any.
    var tasks: Set<String>?

    /// Without a configuration: the limit of series alone bounds them.
    static let open = MetricVocabulary()

    private init() {}

    init(models: [ModelID], providers: [ProviderID] = [], tasks: [TaskType] = []) {
        self.models = Set(models.map(\.name))
        modelIDs = Set(models.map(\.description))
        self.providers = Set((models.map(\.provider) + providers).map(\.semanticName))
        self.tasks = Set((tasks + TaskType.builtIn).map(\.rawValue))
    }

    /// `value` where it is known, else `_OTHER`; an empty one, which does not apply, stays.
    func bounded(_ value: String, _ values: LabelValues) -> String {
        guard !value.isEmpty, value != LabelValues.other else { return value }
        switch values {
        case .open: return value
        case .closed(let known): return known.contains(value) ? value : LabelValues.other
        case .modelIDs: return isKnown(value, modelIDs)
        case .providers: return isKnown(value, providers)
        case .tasks: return isKnown(value, tasks)
        case .models:
            guard let models else { return value }
            if models.contains(value) { return value }
            let name = MetricVocabulary.undated(value)
            return models.contains(name) ? name : LabelValues.other
        }
    }

    private func isKnown(_ value: String, _ known: Set<String>?) -> String {
        known?.contains(value) != false ? value : LabelValues.other
    }

    /// The name before a snapshot's date: `gpt-5` of `gpt-5-2025-08-07`, `claude-haiku-4-5` of `claude-haiku-4-5-20251001`.
    static func undated(_ name: String) -> String {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        let dated: Int
        if hasDigits(parts.suffix(1), [8]) {
            dated = 1
        } else if hasDigits(parts.suffix(3), [4, 2, 2]) {
            dated = 3
        } else {
            return name
        }
        return parts.count > dated ? parts.dropLast(dated).joined(separator: "-") : name
    }

    private static func hasDigits(_ parts: ArraySlice<Substring>, _ lengths: [Int]) -> Bool {
        parts.count == lengths.count
            && zip(parts, lengths).allSatisfy { part, length in
                part.utf8.count == length && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
    }
}
