import ArgumentParser
import LLMCore

/// A span of time as people write it: a number and h, d or w.
struct Age: ExpressibleByArgument, Sendable {
    let microseconds: Int64

    init?(argument: String) {
        let hours: [Character: Int64] = ["h": 1, "d": 24, "w": 168]
        guard let unit = argument.last.flatMap({ hours[$0] }), let count = Int64(argument.dropLast()), count >= 0,
            count <= 1_000_000
        else { return nil }
        microseconds = count * unit * 3_600_000_000
    }
}

/// A time, or `forever`.
struct KeepAliveArgument: ExpressibleByArgument, Sendable {
    let value: KeepAlive

    init?(argument: String) {
        if argument == "forever" {
            value = .forever
        } else if let time = TimeArgument(argument: argument) {
            value = .after(time.duration)
        } else {
            return nil
        }
    }
}
