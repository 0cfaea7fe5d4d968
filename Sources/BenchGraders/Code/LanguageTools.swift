/// The program that runs a language in the sandbox, and the folders it needs beyond the system's own.
struct LanguageTools: Sendable {
    /// As a command of the sandbox's shell.
    var run: String
    var folders: [SandboxProgram.Folder]

    private static let toolchain = "/toolchain/usr"

    /// - Returns: `nil` where the language cannot be run in a sandbox on this machine; what is missing is ``missing(_:)``.
    static func find(_ language: CodeTask.Language, on machine: MachineTools) -> LanguageTools? {
        let names: [String] =
            switch language {
            case .python: ["python3"]
            case .javascript: ["node", "nodejs"]
            case .shell: ["bash"]
            case .swift: ["swiftc"]
            }
        // The system's own: what a version manager puts before it in PATH lives in somebody's home.
        let places = ["/usr/bin", "/usr/local/bin"].flatMap { folder in names.map { "\(folder)/\($0)" } }
        if let own = places.first(where: { machine.isExecutable($0) && machine.real($0)?.hasPrefix("/usr/") == true }) {
            return LanguageTools(run: own, folders: [])
        }
        guard language == .swift else { return nil }
        for folder in machine.path {
            guard let compiler = machine.real("\(folder)/swiftc"), let binaries = parent(of: compiler),
                let root = parent(of: binaries), machine.isExecutable("\(root)/bin/swiftc"),
                machine.isFolder("\(root)/lib/swift")
            else { continue }
            return LanguageTools(
                run: "\(toolchain)/bin/swiftc", folders: [SandboxProgram.Folder(root, as: toolchain)])
        }
        return nil
    }

    static func missing(_ language: CodeTask.Language) -> String {
        switch language {
        case .python: "no python3 in the system's folders (Debian's package python3)"
        case .javascript: "no node in the system's folders (Debian's package nodejs)"
        case .shell: "no bash in the system's folders"
        case .swift: "no Swift toolchain in PATH"
        }
    }

    private static func parent(of path: String) -> String? {
        path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}
