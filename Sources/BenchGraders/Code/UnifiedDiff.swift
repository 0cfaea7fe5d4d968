/// A unified diff as a model writes it: line numbers and counts may be wrong, so that each hunk goes where its lines stand.
struct UnifiedDiff {
    struct Failure: Error {
        var reason: String
    }

    private struct Hunk {
        /// One-based line where the old text is said to begin.
        var line: Int
        var old: [Substring] = []
        var new: [Substring] = []
    }
    private struct Change {
        /// `nil` for a new file.
        var old: Substring?
        /// `nil` for a deleted file.
        var new: Substring?
        var isNamed = true
        var hunks: [Hunk] = []
    }

    private var changes: [Change] = []

    /// - Returns: `nil` for a text that has no hunk.
    init?(_ text: String) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        var index = 0
        while index < lines.count {
            let line = lines[index]
            let next = index + 1 < lines.count ? lines[index + 1] : ""
            if line.hasPrefix("--- "), next.hasPrefix("+++ ") {
                changes.append(Change(old: Self.path(line), new: Self.path(next)))
                index += 2
            } else if line.hasPrefix("@@") {
                if changes.isEmpty { changes.append(Change(old: "", new: "", isNamed: false)) }
                let (hunk, end) = Self.hunk(lines, from: index)
                changes[changes.count - 1].hunks.append(hunk)
                index = end
            } else {
                index += 1
            }
        }
        guard changes.contains(where: { !$0.hunks.isEmpty }) else { return nil }
    }

    private static func path(_ line: Substring) -> Substring? {
        var path = line.dropFirst(4).prefix { $0 != "\t" }
        while path.last?.isWhitespace == true { path.removeLast() }
        guard path != "/dev/null" else { return nil }
        for side in ["a/", "b/", "./"] where path.hasPrefix(side) { return path.dropFirst(2) }
        return path
    }

    private static func hunk(_ lines: [Substring], from start: Int) -> (Hunk, end: Int) {
        var hunk = Hunk(line: lineNumber(lines[start]))
        var index = start + 1
        /// Lines without any mark are empty lines of context, unless the hunk ends with them.
        var blanks = 0
        while index < lines.count {
            let line = lines[index]
            let next = index + 1 < lines.count ? lines[index + 1] : ""
            if line.hasPrefix("@@") || line.hasPrefix("diff ") || line.hasPrefix("```")
                || line.hasPrefix("--- ") && next.hasPrefix("+++ ")
            {
                break
            }
            index += 1
            if line.isEmpty {
                blanks += 1
                continue
            }
            guard let mark = line.first, "+- \t\\".contains(mark) else { break }
            for _ in 0..<blanks {
                hunk.old.append("")
                hunk.new.append("")
            }
            blanks = 0
            // A tab is a line of context whose mark was lost.
            let body = mark == "\t" ? line : line.dropFirst()
            if mark != "+", mark != "\\" { hunk.old.append(body) }
            if mark != "-", mark != "\\" { hunk.new.append(body) }
        }
        return (hunk, index)
    }

    /// Of `@@ -12,7 +12,9 @@`: 12.
    private static func lineNumber(_ line: Substring) -> Int {
        guard let minus = line.firstIndex(of: "-") else { return 1 }
        return Int(line[line.index(after: minus)...].prefix { $0.isNumber }) ?? 1
    }

    /// The files with all hunks applied.
    func applied(to files: [String: String]) throws(Failure) -> [String: String] {
        var files = files
        for change in changes {
            guard let old = change.old else {
                if let name = change.new {
                    files[String(name)] = change.hunks.flatMap(\.new).joined(separator: "\n") + "\n"
                }
                continue
            }
            guard let name = Self.name(old, change.isNamed, in: files), let content = files[name] else {
                throw Failure(
                    reason: "the patch is for \(String(old).isEmpty ? "no file" : String(old)), which is not there")
            }
            guard change.new != nil else {
                files[name] = nil
                continue
            }
            files[name] = try Self.applied(change.hunks, to: content, name)
        }
        return files
    }

    /// The file that is meant: the name itself, else the one file that ends with the same name.
    private static func name(_ path: Substring, _ isNamed: Bool, in files: [String: String]) -> String? {
        if files[String(path)] != nil { return String(path) }
        if !isNamed { return files.count == 1 ? files.keys.first : nil }
        let last = path.split(separator: "/").last
        let alike = files.keys.filter { $0.split(separator: "/").last == last }
        return alike.count == 1 ? alike[0] : nil
    }

    private static func applied(_ hunks: [Hunk], to content: String, _ name: String) throws(Failure) -> String {
        var lines = content.split(separator: "\n", omittingEmptySubsequences: false)
        var shift = 0
        for (number, hunk) in hunks.enumerated() {
            // A hunk that only adds goes after the line it names: there is nothing to look for.
            let wanted = hunk.old.isEmpty ? min(max(0, hunk.line + shift), lines.count) : hunk.line - 1 + shift
            guard let place = hunk.old.isEmpty ? wanted : place(of: hunk.old, in: lines, near: wanted) else {
                throw Failure(reason: "hunk \(number + 1) of the patch to \(name) does not fit")
            }
            lines.replaceSubrange(place..<place + hunk.old.count, with: hunk.new)
            shift += hunk.new.count - hunk.old.count + place - wanted
        }
        return lines.joined(separator: "\n")
    }

    /// The place of the lines nearest to where they should be; white space at their ends aside when there is no other place.
    private static func place(of old: [Substring], in lines: [Substring], near wanted: Int) -> Int? {
        let last = lines.count - old.count
        guard last >= 0 else { return nil }
        let places = (0...last).sorted { abs($0 - wanted) < abs($1 - wanted) }
        return places.first { place in old.indices.allSatisfy { lines[place + $0] == old[$0] } }
            ?? places.first { place in old.indices.allSatisfy { lines[place + $0].trimmedEnd == old[$0].trimmedEnd } }
    }
}

extension StringProtocol {
    /// Without white space at its end.
    var trimmedEnd: SubSequence {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
