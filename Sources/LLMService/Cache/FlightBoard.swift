import LLMCore
import Synchronization

/// Calls that are under way, for callers who ask the same.
final class FlightBoard: Sendable {
    /// The criteria under which two callers can share one call.
    struct Destination: Sendable, Hashable {
        var key: CacheKey
        /// The models that may answer after the first, and the limits: a caller must get nothing it did not allow.
        var models: [ModelID]
        var fallback: Bool
        var retries: Int
        var maxCost: USD?
        var constraints: SelectionConstraints?
        var profile: AgentProfile?
        /// An answer that is taken whole may still change hands after its first token.
        var delivery: EventDelivery
    }
    enum Boarding: Sendable {
        /// Another call ended meanwhile, and left this.
        case served(CacheEntry)
        case joined(Seat)
        /// The caller is the first: the call is to be made.
        case opened(Seat)
    }
    /// A caller's part in a flight, given up when it is released.
    final class Seat: Sendable {
        let flight: Flight
        private let destination: Destination
        private let board: FlightBoard

        fileprivate init(_ flight: Flight, _ destination: Destination, _ board: FlightBoard) {
            self.flight = flight
            self.destination = destination
            self.board = board
        }
        deinit { if flight.leave() { board.close(flight, to: destination) } }
    }

    private let flights = Mutex<[Destination: Flight]>([:])

    /// The number of calls in flight.
    var count: Int { flights.withLock { $0.count } }

    /// - Parameter kept: What is in memory by now: a call that ended leaves its answer there before it is taken off the board.
    func board(
        _ destination: Destination, call: CallID, deadline: ContinuousClock.Instant, kept: () -> CacheEntry?
    ) -> Boarding {
        flights.withLock { flights in
            if let flight = flights[destination], flight.join() { return .joined(Seat(flight, destination, self)) }
            if let entry = kept() { return .served(entry) }
            let flight = Flight(call: call, deadline: deadline)
            flights[destination] = flight
            return .opened(Seat(flight, destination, self))
        }
    }

    /// Takes a call off the board, if it is still that one.
    func close(_ flight: Flight, to destination: Destination) {
        flights.withLock { flights in
            if flights[destination] === flight { flights[destination] = nil }
        }
    }
}
