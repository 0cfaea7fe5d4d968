/// The most that a sandboxed program may use, all its processes together unless said otherwise.
struct SandboxLimits: Sendable, Hashable {
    /// From the start of the sandbox to its end, whatever the program waits for.
    var wallTime: Duration
    /// Processor time of each process.
    var processorTime: Duration
    /// Bytes of memory, of each process and of all together.
    var memory: Int
    /// Processes and threads.
    var processes: Int
    /// Bytes of each of the sandbox's two private file systems, and of each file.
    var disk: Int
    var openFiles: Int
    /// Bytes kept of what is printed; the rest is read and thrown away.
    var output: Int

    init(
        wallTime: Duration = .seconds(10), processorTime: Duration? = nil, memory: Int = 1 << 30, processes: Int = 32,
        disk: Int = 16 << 20, openFiles: Int = 256, output: Int = 1 << 20
    ) {
        self.wallTime = wallTime
        self.processorTime = processorTime ?? wallTime
        self.memory = memory
        self.processes = processes
        self.disk = disk
        self.openFiles = openFiles
        self.output = output
    }

    /// The shell's command that sets what the kernel enforces per process, hard and soft, for itself and all it starts.
    ///
    /// Within the sandbox: its own bounds on processes would stop the sandbox from being made. No limit of address space, since
    /// JavaScript's engine reserves far more than it uses.
    var shellCommand: String {
        let seconds = Int(processorTime.components.seconds) + (processorTime.components.attoseconds > 0 ? 1 : 0)
        return "ulimit -c 0 -n \(openFiles) -u \(processes) -d \(memory >> 10) -t \(max(1, seconds)) -f \(disk >> 10)"
    }
}
