/// The rule for where the database is.
enum DatabaseLocation {
    /// `option`, else `DIRGEN_DB`, else `$XDG_STATE_HOME/dirgen/dirgen.sqlite`, whose default is under `~/.local/state`.
    ///
    /// - Returns: `nil` when none of these variables nor `HOME` is set.
    static func resolve(option: String?, environment: [String: String]) -> String? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let chosen = option ?? value("DIRGEN_DB") { return expand(chosen, home: value("HOME")) }
        // The base directory specification has relative values ignored.
        if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/dirgen/dirgen.sqlite" }
        return value("HOME").map { $0 + "/.local/state/dirgen/dirgen.sqlite" }
    }

    /// Environment files are not read by a shell: a leading `~/` is ours to expand.
    private static func expand(_ path: String, home: String?) -> String {
        guard let home, path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }
}
