#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The means of this machine: programs, folders, small files of `/proc`.
struct MachineTools: Sendable {
    /// The text of a small file; `nil` where it cannot be read.
    var read: @Sendable (_ path: String) -> String?
    /// The target of a symbolic link; `nil` for anything else.
    var link: @Sendable (_ path: String) -> String?
    /// A folder, or a link to one.
    var isFolder: @Sendable (_ path: String) -> Bool
    var isExecutable: @Sendable (_ path: String) -> Bool
    /// The path without links; `nil` where nothing stands.
    var real: @Sendable (_ path: String) -> String?
    /// The folders of PATH.
    var path: [String]
    /// Our effective user.
    var user: UInt32

    func find(_ program: String) -> String? {
        path.map { "\($0)/\(program)" }.first { isExecutable($0) }
    }

    /// Top-level folders of programs and libraries.
    var systemFolders: [Bubblewrap.SystemFolder] {
        ["/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32"].compactMap { name in
            if let target = link(name) { return .link(name, target: target) }
            return isFolder(name) ? .folder(name) : nil
        }
    }
}

extension MachineTools {
    static var live: MachineTools {
        MachineTools(
            read: { FileText.read($0) },
            link: { path in
                var target = [CChar](repeating: 0, count: 4_096)
                let length = readlink(path, &target, target.count)
                guard length > 0 else { return nil }
                return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            },
            isFolder: { path in
                var facts = stat()
                return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
            },
            isExecutable: { path in
                var facts = stat()
                return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
            },
            real: { path in
                guard let resolved = realpath(path, nil) else { return nil }
                defer { free(resolved) }
                return String(cString: resolved)
            },
            path: (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin").split(separator: ":")
                .filter { $0.hasPrefix("/") }.map(String.init),
            user: geteuid())
    }

    /// Processors that are online, at least one.
    static var processors: Int { max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN))) }
}

/// The reader of small files that the kernel makes up.
enum FileText {
    private static let longest = 65_536

    static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < longest {
            let count = buffer.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(bytes.count)) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
