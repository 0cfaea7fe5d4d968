import Foundation
import LLMCore
import Testing

@testable import BenchGraders

@Suite("Parts of a sandbox", .timeLimit(.minutes(1)))
struct SandboxPartsTests {
    @Test(
        "root becomes somebody that nobody is; a user stays who it is",
        arguments: [
            (user: UInt32(1_000), map: "0 0 4294967295", is: SandboxUser.own),
            (0, "         0          0 4294967295\n", .oneOf(90_000..<98_192)),
            // A container with 65,536 ids, its root somebody else outside.
            (0, "0 100000 65536", .oneOf(65_000..<65_500)),
            // A container of one user: to the kernel its root is that user.
            (0, "0 1000 1", .own),
            (0, "0 0 1", .none), (0, "", .none),
            (0, "0 1000 1\n1 100000 65536", .oneOf(65_000..<65_500)),
        ])
    func user(user: UInt32, map: String, is expected: SandboxUser) {
        #expect(SandboxUser(user: user, map: map) == expected)
    }

    @Test("sandboxes side by side have ids of their own")
    func ids() {
        let range = SandboxUser.ranges[0]
        let ids = (0..<64).map { SandboxUser.id(in: range, process: 4_242, serial: $0) }
        #expect(Set(ids).count == 64)
        #expect(ids.allSatisfy(range.contains))
        #expect(range.contains(SandboxUser.id(in: range, process: -1, serial: .max)))
    }

    @Test("what is printed is kept at its beginning and at its end, and counted")
    func capture() {
        var capture = OutputCapture(limit: 10)
        #expect(!capture.isCut && capture.lastLines.isEmpty)
        for line in 0..<100_000 { Array("line \(line)\n".utf8).withUnsafeBytes { capture.append($0) } }
        #expect(capture.text == "line 0\nlin")
        #expect(capture.isCut)
        #expect(capture.count == 1_088_890)
        #expect(capture.lastLines.last == "line 99999")
    }

    @Test("the mark of the start is taken off, and missed where it is not")
    func mark() {
        var capture = OutputCapture(limit: 100)
        Array("\u{6}out\n".utf8).withUnsafeBytes { capture.append($0) }
        let wasThere = capture.drop(prefix: [6])
        #expect(wasThere)
        #expect(capture.text == "out\n" && capture.count == 4 && capture.lastLines == ["out"])
        let isThere = capture.drop(prefix: [6])
        #expect(!isThere)
    }

    @Test("an archive is what tar reads")
    func archive() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let texts = [
            "main.py": "print(1)\n", "deep/er/ñ.txt": String(repeating: "x", count: 512), "empty": "",
            "big": String(repeating: "0123456789", count: 100_000),
        ]
        let program = SandboxProgram(
            files: texts.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }, input: "in", script: "")
        let file = folder.appending(path: "a.tar")
        try Data(program.archive).write(to: file)
        let tar = try Process.run(
            URL(filePath: "/usr/bin/env"), arguments: ["tar", "-xf", file.path, "-C", folder.path])
        tar.waitUntilExit()
        #expect(tar.terminationStatus == 0)
        for (name, text) in texts {
            #expect(try String(contentsOf: folder.appending(path: "work/\(name)"), encoding: .utf8) == text)
        }
        #expect(try String(contentsOf: folder.appending(path: "input"), encoding: .utf8) == "in")
    }

    @Test("a tree of processes is summed up by what each holds of its own")
    func memory() {
        let files = [
            "/proc/10/task/10/children": "11 ", "/proc/11/task/11/children": "12 13",
            "/proc/11/status":
                "Name:\tbash\nVmRSS:\t9000 kB\nRssAnon:\t   1000 kB\nRssFile:\t8000 kB\nRssShmem:\t0 kB\n",
            "/proc/12/status": "RssAnon:\t500 kB\nRssShmem:\t24 kB\n", "/proc/13/status": "Name:\tgone",
        ]
        #expect(ProcessTree(root: 10, read: { files[$0] }).memory == 1_524 << 10)
        #expect(ProcessTree(root: 99, read: { files[$0] }).memory == 0)
    }

    @Test("a machine is full when a fiftieth of its memory is left")
    func fullMachine() {
        #expect(ProcessTree.isMachineFull("MemTotal:  1000 kB\nMemFree: 500 kB\nMemAvailable:  19 kB\n"))
        #expect(!ProcessTree.isMachineFull("MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:  21 kB\n"))
        #expect(!ProcessTree.isMachineFull(""))
    }

    @Test("the command line shares nothing, and its root and devices cannot be written")
    func arguments() throws {
        let wrap = Bubblewrap(hasProc: true, system: [.link("/bin", target: "usr/bin"), .folder("/lib")])
        let words = wrap.arguments(
            [.init("/opt/x/usr", as: "/toolchain/usr")], SandboxLimits(disk: 4_096), command: ["c"])
        let line = words.joined(separator: " ")
        for namespace in ["user", "pid", "net", "ipc", "uts", "cgroup"] {
            #expect(words.contains("--unshare-\(namespace)"))
        }
        for option in ["--die-with-parent", "--new-session", "--clearenv", "--disable-userns", "--as-pid-1"] {
            #expect(words.contains(option))
        }
        #expect(line.contains("--symlink usr/bin /bin --ro-bind /lib /lib"))
        #expect(line.contains("--ro-bind /opt/x/usr /toolchain/usr"))
        #expect(line.contains("--size 4096 --tmpfs /tmp --size 4096 --tmpfs /home"))
        #expect(line.contains("--remount-ro /dev --remount-ro /"))
        #expect(line.hasSuffix("-- c"))
        #expect(!words.contains("--bind") && !words.contains("--dev-bind") && !words.contains("--share-net"))
        let bare = Bubblewrap(hasProc: false, system: []).arguments([], .init(), command: [])
        #expect(!bare.contains("--proc"))
    }

    @Test("where no sandbox can be made, the reason is given and nothing is run")
    func refusals() async {
        func reason(_ change: (inout MachineTools) -> Void) async -> String {
            var tools = MachineTools(
                read: { _ in "0 0 4294967295" }, link: { _ in nil }, isFolder: { _ in false },
                isExecutable: { _ in true },
                real: { $0 }, path: ["/nowhere"], user: 1_000)
            change(&tools)
            guard case .refused(let reason) = await SandboxDoor(tools: tools, time: .live).access() else {
                return "open"
            }
            return reason
        }
        #expect(await reason { $0.isExecutable = { _ in false } }.contains("bwrap is not installed (Debian's package"))
        #expect(
            await reason {
                $0.user = 0
                $0.isExecutable = { !$0.hasSuffix("setpriv") }
            }.contains("setpriv is not installed"))
        #expect(
            await reason {
                $0.user = 0
                $0.read = { _ in "0 0 1" }
            }.contains("no unprivileged user id"))
        #expect(await reason { _ in }.contains("could not be started"))
    }
}
