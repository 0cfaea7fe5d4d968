import DirGenCore
import Foundation
import TestSupport

/// Asks many questions at once through the embedded service, for `scripts/chaos`: a line of JSON for each that ended, and one at the end.
///
/// Arguments: DATABASE FIRST COUNT CONCURRENCY SEED. Providers come from the environment and `dirgen.yaml`.
@main struct ChaosDriver {
    static func main() async {
        do { try await drive() } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func drive() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        guard let database = arguments.first, numbers.count == 4 else {
            FileHandle.standardError.write(Data("usage: DATABASE FIRST COUNT CONCURRENCY SEED\n".utf8))
            exit(2)
        }
        let before = sockets
        let configuration = try Configuration.load(.init(database: database))
        try await withDirGen(configuration) { dirgen in
            let models = dirgen.callable.flatMap(\.benchModels)
            let workload = ChaosWorkload(
                seed: UInt64(numbers[3]), models: models, limits: configuration.limits)
            await workload.run(dirgen.asker, numbers[0]..<numbers[0] + numbers[1], concurrency: numbers[2]) { result in
                write([
                    "id": .string(result.id.rawValue), "ms": JSONValue(result.duration.milliseconds),
                    "excess_ms": JSONValue(result.excess.milliseconds),
                    "outcome": .string(result.record?.outcome.rawValue ?? "left"),
                    "cost_usd": result.record?.cost.map { JSONValue($0) } ?? .null,
                    "attempts": JSONValue(result.record?.attempts.count ?? 0),
                ])
            }
        }
        write(["done": true, "sockets_before": JSONValue(before), "sockets_after": JSONValue(sockets)])
    }

    private static func write(_ value: JSONValue) { FileHandle.standardOutput.write(Data((value.text + "\n").utf8)) }

    /// Open sockets of this process; 0 where the system does not tell.
    private static var sockets: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.count { name in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            return target?.hasPrefix("socket:") == true
        }
    }
}
