import DirGenCore
import Foundation
import Testing

@Suite("Whole files", .timeLimit(.minutes(1)))
struct WholeFileTests {
    @Test("a regular file, an empty one and a pipe are read to their end; a folder and nothing are not")
    func kinds() throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "tasks: [x]\n", count: 20_000)
        #expect(WholeFile.bytes(try folder.write(text, to: "a.yaml")) == Array(text.utf8))
        #expect(WholeFile.bytes(try folder.write("", to: "b.yaml")) == [])
        #expect(WholeFile.bytes("/dev/null") == [])
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        // A thread of its own: both ends of a pipe wait for each other.
        Thread.detachNewThread { try? Data(text.utf8).write(to: URL(filePath: pipe)) }
        #expect(WholeFile.bytes(pipe) == Array(text.utf8))
        #expect(WholeFile.bytes(folder.path) == nil && WholeFile.bytes(folder.path + "/none") == nil)
    }

    @Test("a configuration is read from a pipe")
    func configuration() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        // A thread of its own: both ends of a pipe wait for each other.
        Thread.detachNewThread { try? Data("tasks: [code_review]\n".utf8).write(to: URL(filePath: pipe)) }
        _ = try Configuration.load(.init(file: pipe), environment: ["HOME": folder.path])
    }
}
