// NSRegularExpression is the only matcher at hand that can be stopped; Swift's Regex cannot.
import Foundation
import Synchronization

/// A regular expression in ICU's dialect whose search can be stopped. Pattern and text are compared by canonical
/// equivalence.
struct RegexMatcher {
    struct InvalidPattern: Error {
        var message: String
    }
    enum Outcome {
        case found, notFound
        /// The limit passed, or the engine gave up, before the answer was known.
        case stopped(String)
    }

    private let expression: NSRegularExpression

    init(_ pattern: String) throws(InvalidPattern) {
        // A range between decomposed letters compiles only composed; a pattern that cannot be composed stays as written.
        let found =
            (try? NSRegularExpression(pattern: RegexPattern.composed(pattern)))
            ?? (try? NSRegularExpression(pattern: pattern))
        guard let found else {
            throw InvalidPattern(message: "\(pattern.shown(limit: 60)) does not compile")
        }
        expression = found
    }

    /// Searches anywhere in a text. `isOver` is asked every few thousand steps.
    func search(_ given: String, isOver: @escaping @Sendable () -> Bool) -> Outcome {
        let text = given.nfc
        let box = OutcomeBox()
        expression.enumerateMatches(
            in: text, options: [.reportProgress, .reportCompletion],
            range: NSRange(location: 0, length: text.utf16.count)
        ) { match, flags, stop in
            if match != nil {
                box.set(.found)
            } else if flags.contains(.internalError) {
                // Said at completion only: without asking for that, an overflown stack looks like no match.
                box.set(.stopped("stopped: the pattern needs more memory than it may use"))
            } else if flags.contains(.progress), isOver() {
                box.set(.stopped("stopped: the pattern backtracks too long"))
            } else {
                return
            }
            stop.pointee = true
        }
        return box.outcome ?? .notFound
    }

    /// Carries the outcome out of a closure that Foundation declares `@Sendable`.
    private final class OutcomeBox: Sendable {
        private let value = Mutex(Outcome?.none)
        var outcome: Outcome? { value.withLock { $0 } }
        func set(_ outcome: Outcome) { value.withLock { $0 = $0 ?? outcome } }
    }
}
