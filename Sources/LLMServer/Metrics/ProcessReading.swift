#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process itself, as `/proc` shows it; nothing where there is none.
struct ProcessReading: Sendable, Hashable {
    /// User and system.
    var cpuNanoseconds: Int64
    var residentBytes: Int64
    var openFiles: Int
    /// Seconds since 1970.
    var startedAt: Double

    /// - Parameters:
    ///   - stat: `/proc/self/stat`.
    ///   - kernel: `/proc/stat`, for the time of the boot.
    init?(stat: String, kernel: String, openFiles: Int, ticksPerSecond: Int64, pageSize: Int64) {
        // The program's name stands in brackets and may hold any character.
        guard let bracket = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: bracket)...].split(separator: " ")
        // Counted from the third field of proc(5).
        guard fields.count > 21, let user = Int64(fields[11]), let system = Int64(fields[12]),
            let start = Int64(fields[19]), let pages = Int64(fields[21]),
            let boot = kernel.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
                .flatMap({ Int64($0.dropFirst("btime ".count)) })
        else { return nil }
        cpuNanoseconds = (user + system) * (1_000_000_000 / ticksPerSecond)
        residentBytes = pages * pageSize
        self.openFiles = openFiles
        startedAt = Double(boot) + Double(start) / Double(ticksPerSecond)
    }

    /// This process now.
    static func now() -> ProcessReading? {
        guard let stat = text(at: "/proc/self/stat"), let kernel = text(at: "/proc/stat") else { return nil }
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        return ProcessReading(
            stat: stat, kernel: kernel, openFiles: files?.count ?? 0,
            ticksPerSecond: Int64(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: Int64(sysconf(Int32(_SC_PAGESIZE))))
    }

    private static func text(at path: String) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}

extension GaugeReadings {
    static func publish(_ process: ProcessReading, to registry: MetricsRegistry) {
        registry.publish(MetricCatalogue.processCPU, [GaugeSample([], .nanoseconds(process.cpuNanoseconds))])
        registry.publish(MetricCatalogue.processMemory, [GaugeSample([], .real(Double(process.residentBytes)))])
        registry.publish(MetricCatalogue.processOpenFiles, [GaugeSample([], .real(Double(process.openFiles)))])
        registry.publish(MetricCatalogue.processStart, [GaugeSample([], .real(process.startedAt))])
    }
}
