/// The output of a renderer, written piece by piece, so that a long report is never in memory as a whole.
public protocol ReportSink {
    mutating func write(_ bytes: [UInt8]) throws
}

/// Keeps everything.
public struct MemorySink: ReportSink {
    public private(set) var bytes: [UInt8] = []
    public init() {}
    public mutating func write(_ bytes: [UInt8]) { self.bytes.append(contentsOf: bytes) }
}
