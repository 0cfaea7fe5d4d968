public import BenchCore

/// All ports together.
extension SQLiteStore: BenchStore {}
