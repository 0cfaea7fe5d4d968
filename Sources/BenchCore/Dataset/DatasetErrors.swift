/// One thing wrong with a dataset, and where.
public struct DatasetError: Sendable, Hashable, CustomStringConvertible {
    public var path: String
    /// One-based; `nil` when the file as a whole is meant.
    public var line: Int?
    /// One-based, in Unicode scalars.
    public var column: Int?
    /// The message: the expected and the found value.
    public var message: String

    public init(path: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.path = path
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: message`, as compilers print it.
    public var description: String {
        let place = [path] + [line, column].compactMap { $0.map(String.init) }
        return "\(place.joined(separator: ":")): \(message)"
    }
}

/// All errors of a dataset, in file order.
public struct DatasetErrors: Error, Sendable, Hashable, CustomStringConvertible {
    /// At most ``mostKept``.
    public var errors: [DatasetError]
    /// The number of all errors.
    public var total: Int

    /// A file of another kind has an error in every row: beyond this many they are only counted.
    public static let mostKept = 1_000
    /// The number of errors that ``description`` prints.
    public static let mostPrinted = 50

    public init(_ errors: [DatasetError]) {
        self.errors = Array(errors.prefix(DatasetErrors.mostKept))
        total = errors.count
    }

    /// One error a line.
    public var description: String {
        var lines = errors.prefix(DatasetErrors.mostPrinted).map(\.description)
        if total > lines.count { lines.append("and \(total - lines.count) more errors") }
        return lines.joined(separator: "\n")
    }

    mutating func add(_ error: DatasetError) {
        total += 1
        if errors.count < DatasetErrors.mostKept { errors.append(error) }
    }
}
