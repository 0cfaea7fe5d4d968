#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The output of tests that can show more than whether they passed.
package enum TestOutput {
    /// `DIRGEN_TEST_VERBOSE=1` asks for tables and counts in full.
    package static let isVerbose = ProcessInfo.processInfo.environment["DIRGEN_TEST_VERBOSE"] == "1"

    /// Prints one line, and the details when they are asked for.
    package static func show(_ line: String, details: @autoclosure () -> String = "") {
        print(line)
        guard isVerbose, case let text = details(), !text.isEmpty else { return }
        print(text)
    }
}
