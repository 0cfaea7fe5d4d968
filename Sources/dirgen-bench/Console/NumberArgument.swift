import ArgumentParser
import LLMCore

/// Numbers on the command line. What is none, or out of range, is refused with what was expected.
///
/// Their options are parsed unconditionally: else `-1` would be taken for another option, and the value said to be missing.
enum NumberArgument {
    @Sendable static func dollars(_ text: String) throws -> USD {
        try value(USD(text), "an amount is a number of dollars, not below zero, such as 0.25") { $0 >= .zero }
    }

    @Sendable static func share(_ text: String) throws -> Double {
        try value(Double(text), "a share is a number from 0 to 1, such as 0.05") { (0...1).contains($0) }
    }

    @Sendable static func milliseconds(_ text: String) throws -> Double {
        try value(Double(text), "it is a number of milliseconds above 0") { $0 > 0 && $0.isFinite }
    }

    @Sendable static func seconds(_ text: String) throws -> Double {
        try value(Double(text), "it is a number of seconds above 0, and below a million") { $0 > 0 && $0 < 1e6 }
    }

    @Sendable static func temperature(_ text: String) throws -> Double {
        try value(Double(text), "it is a number from 0 to 2") { (0...2).contains($0) }
    }

    @Sendable static func factor(_ text: String) throws -> Double {
        try value(Double(text), "it is a number from 0 to 100") { (0...100).contains($0) }
    }

    @Sendable static func scale(_ text: String) throws -> Double {
        try value(Double(text), "it is a number, not below zero") { $0 >= 0 && $0.isFinite }
    }

    @Sendable static func seed(_ text: String) throws -> UInt64 {
        try value(UInt64(text), "a seed is a whole number, not below zero")
    }

    @Sendable static func port(_ text: String) throws -> Int {
        try value(Int(text), "a port is a whole number from 0 to 65535") { (0...65_535).contains($0) }
    }

    /// A whole number of 1 or more.
    @Sendable static func positive(_ text: String) throws -> Int {
        try value(Int(text), "it is a whole number of at least 1") { $0 >= 1 }
    }

    /// A whole number of 0 or more.
    @Sendable static func count(_ text: String) throws -> Int {
        try value(Int(text), "it is a whole number, not below zero") { $0 >= 0 }
    }

    @Sendable static func time(_ text: String) throws -> TimeArgument {
        try value(TimeArgument(argument: text), "a time is above zero and at most a day: 250ms, 30s, 5m, 2h")
    }

    @Sendable static func keepAlive(_ text: String) throws -> KeepAliveArgument {
        try value(KeepAliveArgument(argument: text), "it is a time above zero, such as 10m, or forever")
    }

    @Sendable static func age(_ text: String) throws -> Age {
        try value(
            Age(argument: text), "an age is a whole number of hours, days or weeks, not below zero: 12h, 30d, 2w")
    }

    /// Returns the parsed value when it is valid.
    private static func value<Value>(
        _ read: Value?, _ expected: String, where isFine: (Value) -> Bool = { _ in true }
    ) throws -> Value {
        guard let read, isFine(read) else { throw ValidationError(expected) }
        return read
    }
}
