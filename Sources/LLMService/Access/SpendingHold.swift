package import LLMCore
import Synchronization

/// A hold on a key's budget and limits for one admitted request.
///
/// It is settled once. One that is dropped without settling is settled in its `deinit` at the worst case, marked `assumed`: no path of
/// a server can lose it.
package final class SpendingHold: Sendable {
    package let key: VirtualKeyID
    /// `nil`: unknown, of a key without a budget.
    package let worstCase: USD?
    /// The tokens that it took from the key's minute.
    package let tokens: Int
    private let control: AccessControl
    private let isSettled = Atomic(false)

    init(key: VirtualKeyID, worstCase: USD?, tokens: Int, control: AccessControl) {
        self.key = key
        self.worstCase = worstCase
        self.tokens = tokens
        self.control = control
    }

    deinit {
        if claim() { control.book(Settlement(), key: key, worstCase: worstCase, held: tokens) }
    }

    /// Returns `true` for the first caller, who settles it.
    func claim() -> Bool { !isSettled.exchange(true, ordering: .relaxed) }
}

/// The end of a request as far as it is known; `nil` is unknown.
struct Settlement: Sendable, Hashable {
    var cost: USD?
    var tokens: Int?
}
