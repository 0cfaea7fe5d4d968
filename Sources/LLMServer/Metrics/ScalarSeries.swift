import LLMCore
import Metrics
import Synchronization

/// One series of a counter or a gauge, an atomic number.
///
/// Sums of money and time are integers, pico-dollars and nanoseconds: they are exact however many are added, and stay at the greatest
/// number instead of wrapping.
final class ScalarSeries: CounterHandler, FloatingPointCounterHandler, RecorderHandler, MeterHandler {
    let representation: MetricFamily.Representation
    /// The bits of a `Double` where the representation is real.
    private let raw = Atomic<Int64>(0)

    init(_ representation: MetricFamily.Representation) {
        self.representation = representation
    }

    var value: ScalarValue {
        let raw = raw.load(ordering: .relaxed)
        return switch representation {
        case .integer: .integer(raw)
        case .nanoseconds: .nanoseconds(raw)
        case .dollars: .dollars(USD(pico: raw))
        case .real: .real(Double(bitPattern: UInt64(bitPattern: raw)))
        }
    }

    /// Counts one more.
    func increment() { increment(by: Int64(1)) }

    /// Adds to a counter in its own unit. A counter never falls: what is not above zero is ignored.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        update { old in
            let (sum, overflows) = old.addingReportingOverflow(amount)
            return overflows ? .max : sum
        }
    }

    /// Adds dollars or seconds. An amount below 4,500 dollars is exact: the nearest pico-dollar of its `Double` is the one it came from.
    func increment(by amount: Double) {
        switch representation {
        case .dollars: if let dollars = USD(estimate: amount) { increment(by: dollars.pico) }
        case .nanoseconds: if let nanoseconds = Int64(exactly: (amount * 1e9).rounded()) { increment(by: nanoseconds) }
        case .integer: if let whole = Int64(exactly: amount.rounded()) { increment(by: whole) }
        case .real: update { raw in ScalarSeries.bits(ScalarSeries.real(raw) + amount) }
        }
    }

    func decrement(by amount: Double) {
        guard representation == .real else { return }
        update { raw in ScalarSeries.bits(ScalarSeries.real(raw) - amount) }
    }

    func set(_ value: ScalarValue) {
        switch (representation, value) {
        case (.dollars, .dollars(let amount)): raw.store(amount.pico, ordering: .relaxed)
        case (.dollars, _): raw.store(USD(estimate: value.double)?.pico ?? .max, ordering: .relaxed)
        case (.integer, .integer(let number)), (.nanoseconds, .nanoseconds(let number)):
            raw.store(number, ordering: .relaxed)
        case (.real, _): raw.store(ScalarSeries.bits(value.double), ordering: .relaxed)
        case (.integer, _): raw.store(Int64(exactly: value.double.rounded()) ?? .max, ordering: .relaxed)
        case (.nanoseconds, _): raw.store(Int64(exactly: (value.double * 1e9).rounded()) ?? .max, ordering: .relaxed)
        }
    }

    func set(_ value: Int64) { set(.integer(value)) }
    func set(_ value: Double) { set(.real(value)) }
    func record(_ value: Int64) { set(.integer(value)) }
    func record(_ value: Double) { set(.real(value)) }
    func reset() { raw.store(0, ordering: .relaxed) }

    private func update(_ change: (Int64) -> Int64) {
        var old = raw.load(ordering: .relaxed)
        while true {
            let (exchanged, seen) = raw.compareExchange(expected: old, desired: change(old), ordering: .relaxed)
            if exchanged { return }
            old = seen
        }
    }

    private static func real(_ raw: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: raw)) }
    private static func bits(_ value: Double) -> Int64 { Int64(bitPattern: value.bitPattern) }
}

/// The value of a counter or a gauge, in the form its family keeps.
enum ScalarValue: Sendable, Hashable {
    case integer(Int64)
    case nanoseconds(Int64)
    case dollars(USD)
    case real(Double)

    /// In the family's unit.
    var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .nanoseconds(let value): Double(value) / 1e9
        case .dollars(let amount): amount.dollars
        case .real(let value): value
        }
    }
}
