/// A program to run in a sandbox: its files, and the shell script that starts it.
struct SandboxProgram: Sendable {
    /// A file of the working directory, or of the home above it.
    struct File: Sendable, Hashable {
        var name: String
        var content: [UInt8]
        init(_ name: String, _ text: String) {
            self.name = name
            content = Array(text.utf8)
        }
    }

    /// A folder of this machine that the program may read, and where it sees it.
    struct Folder: Sendable, Hashable {
        var source: String
        var place: String
        init(_ source: String, as place: String) {
            self.source = source
            self.place = place
        }
    }

    /// In the working directory.
    var files: [File]
    /// The content of ``SandboxProgram/inputPath``.
    var input: String
    /// Run by bash in the working directory; its exit code is the program's.
    var script: String
    var folders: [Folder]
    var limits: SandboxLimits

    /// The file that holds the program's standard input, in the sandbox.
    static let inputPath = "/home/judge/input"

    init(
        files: [File], input: String = "", script: String, folders: [Folder] = [], limits: SandboxLimits = .init()
    ) {
        self.files = files
        self.input = input
        self.script = script
        self.folders = folders
        self.limits = limits
    }

    /// The files as the sandbox unpacks them, below its home.
    var archive: [UInt8] {
        var archive = TarArchive()
        archive.add("input", Array(input.utf8))
        archive.addFolder("work")
        for file in files { archive.add("work/\(file.name)", file.content) }
        return archive.finished()
    }
}

/// The end of a sandboxed program, with what it printed.
struct SandboxOutcome: Sendable {
    enum End: Sendable, Hashable {
        /// 128 and more: by a signal.
        case exited(Int)
        case timedOut
        /// Stopped for the memory of all its processes together.
        case tooMuchMemory
        /// Stopped because the machine has little memory left, whoever uses it.
        case machineIsFull
        /// The caller's task was cancelled.
        case cancelled
        /// The sandbox could not be made, and nothing was run.
        case notStarted(String)
    }
    var end: End
    var output: OutputCapture
    var errors: OutputCapture
}
