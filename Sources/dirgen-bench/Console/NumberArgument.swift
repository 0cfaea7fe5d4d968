import ArgumentParser
import LLMCore

/// Numbers on the command line. What is none, or out of range, is refused with what was expected.
///
/// Their options are parsed unconditionally: else `-1` would be taken for another option, and the value said to be missing.
enum NumberArgument {
    @Sendable static func dollars(_ text: String) throws -> USD {
        guard let amount = USD(text), amount >= .zero else {
            throw ValidationError("an amount is a number of dollars, not below zero, such as 0.25")
        }
        return amount
    }

    @Sendable static func share(_ text: String) throws -> Double {
        guard let share = Double(text), (0...1).contains(share) else {
            throw ValidationError("a share is a number from 0 to 1, such as 0.05")
        }
        return share
    }

    @Sendable static func milliseconds(_ text: String) throws -> Double {
        guard let value = Double(text), value > 0, value.isFinite else {
            throw ValidationError("it is a number of milliseconds above 0")
        }
        return value
    }

    @Sendable static func seconds(_ text: String) throws -> Double {
        guard let value = Double(text), value > 0, value < 1e6 else {
            throw ValidationError("it is a number of seconds above 0, and below a million")
        }
        return value
    }

    @Sendable static func temperature(_ text: String) throws -> Double {
        guard let value = Double(text), (0...2).contains(value) else {
            throw ValidationError("it is a number from 0 to 2")
        }
        return value
    }

    @Sendable static func factor(_ text: String) throws -> Double {
        guard let value = Double(text), (0...100).contains(value) else {
            throw ValidationError("it is a number from 0 to 100")
        }
        return value
    }

    @Sendable static func scale(_ text: String) throws -> Double {
        guard let value = Double(text), value >= 0, value.isFinite else {
            throw ValidationError("it is a number, not below zero")
        }
        return value
    }

    @Sendable static func seed(_ text: String) throws -> UInt64 {
        guard let seed = UInt64(text) else { throw ValidationError("a seed is a whole number, not below zero") }
        return seed
    }

    @Sendable static func port(_ text: String) throws -> Int {
        guard let port = Int(text), (0...65_535).contains(port) else {
            throw ValidationError("a port is a whole number from 0 to 65535")
        }
        return port
    }

    /// A whole number of 1 or more.
    @Sendable static func positive(_ text: String) throws -> Int {
        guard let count = Int(text), count >= 1 else { throw ValidationError("it is a whole number of at least 1") }
        return count
    }

    /// A whole number of 0 or more.
    @Sendable static func count(_ text: String) throws -> Int {
        guard let count = Int(text), count >= 0 else { throw ValidationError("it is a whole number, not below zero") }
        return count
    }

    @Sendable static func time(_ text: String) throws -> TimeArgument {
        guard let time = TimeArgument(argument: text) else {
            throw ValidationError("a time is above zero and at most a day: 250ms, 30s, 5m, 2h")
        }
        return time
    }

    @Sendable static func keepAlive(_ text: String) throws -> KeepAliveArgument {
        guard let time = KeepAliveArgument(argument: text) else {
            throw ValidationError("it is a time above zero, such as 10m, or forever")
        }
        return time
    }

    @Sendable static func age(_ text: String) throws -> Age {
        guard let age = Age(argument: text) else {
            throw ValidationError("an age is a whole number of hours, days or weeks, not below zero: 12h, 30d, 2w")
        }
        return age
    }
}
