import BenchCore
import BenchRunner
import DirGenBench
import DirGenCore
import Foundation
import LLMCore
import Logging
import Synchronization
import TestSupport
import Testing

@Suite("Stored answers graded again", .timeLimit(.minutes(1)))
struct RegradingTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "dirgen-grade-" + Identifier.make())
    private let judge = "anthropic/claude-haiku-4-5"

    /// Answers `yes`, and judges by `verdict`.
    private struct Models: Asker {
        var verdict: @Sendable (_ key: String) -> String = { #"{"key":"\#($0)","reason":"fine","score":1}"# }
        let asked: Counter

        func ask(_ request: AskRequest) -> AnswerStream {
            AnswerStream {
                let isDone = Mutex(false)
                return {
                    let wasDone = isDone.withLock { done in
                        defer { done = true }
                        return done
                    }
                    return wasDone ? nil : .ended(try await answer(request))
                }
            }
        }

        private func answer(_ request: AskRequest) async throws -> CallRecord {
            guard case .model(let model) = request.model else { throw CancellationError() }
            asked.count(model)
            let arm = Arm(model: model, endpoint: "https://\(model.provider).test", simulated: false)
            try await request.recorder?.reserve(BenchFixtures.intent(request.id, arm: arm))
            var record = BenchFixtures.call(request.id, arm: arm, task: request.task, startedAt: BenchFixtures.start)
            let system = request.chat.messages[0].text
            guard let mark = system.firstRange(of: "{\"key\": \"") else {
                record.answer = Answer(text: "yes")
                return record
            }
            record.answer = Answer(text: verdict(String(system[mark.upperBound...].prefix { $0 != "\"" })))
            return record
        }
    }

    private final class Counter: Sendable {
        private let counts = Mutex<[ModelID: Int]>([:])
        func count(_ model: ModelID) { counts.withLock { $0[model, default: 0] += 1 } }
        var all: Int { counts.withLock { $0.values.reduce(0, +) } }
    }

    private func bench(_ store: MemoryStore, _ models: Models) -> Bench {
        let providers = ["openai", "anthropic", "gemini"].map { id in
            BenchProvider(
                id: ProviderID(id), endpoint: "https://\(id).test", simulated: false, isLocal: false,
                defaultModels: [], concurrency: 4, probe: { _ in .usable(models: nil) })
        }
        return Bench(
            asker: models, store: store, prices: PriceBook.builtIn, providers: providers, toolVersion: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func dataset(_ name: String = "set", assert: String, input: String = "Is it so?", cases: Int = 4) throws
        -> String
    {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let rows = (0..<cases).map {
            #"{"id":"c\#($0)","task":"planning","input":"\#(input) \#($0)","assert":[\#(assert)]}"#
        }
        let path = folder.appending(path: name + ".jsonl").path
        try rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func run(
        _ bench: Bench, _ path: String, judge: String? = nil, storeContent: Bool = true, maxCost: USD? = nil
    ) async throws -> BenchResult {
        let request = BenchRequest(
            datasetPath: path, models: [try ArmSpec("openai/gpt-5-mini")], maxCost: maxCost,
            judge: JudgeRequest(model: judge), storeContent: storeContent,
            output: folder.appending(path: "reports").path)
        return try await bench.run(try await bench.prepare(request))
    }

    private func request(_ run: RunRecord, dataset: String? = nil) -> Regrading.Request {
        Regrading.Request(run: run, datasetPath: dataset, output: folder.appending(path: "again").path)
    }

    private static let contains = #"{"type":"contains","value":"yes"}"#
    private static let rubric = #"{"type":"llm-rubric","value":"says yes"}"#

    @Test("with another dataset the same answers get other grades, without a call; table and report are made again")
    func dataset() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (store, counter) = (MemoryStore(), Counter())
        let result = try await run(
            bench(store, Models(asked: counter)), try dataset(assert: Self.contains))
        #expect(counter.all == 4 && result.run.status == .complete)
        let strict = try dataset("strict", assert: #"{"type":"equals","value":"yes"},{"type":"contains","value":"no"}"#)
        let regraded = try await Regrading(store: store).carryOut(request(result.run, dataset: strict))
        #expect(counter.all == 4)
        #expect(regraded.grading.regraded == 4 && regraded.grading.changes.count == 4 && regraded.unmatchedRows == 0)
        #expect(regraded.arms.map { [$0.regraded, $0.changed, $0.nowPassed, $0.nowFailed] } == [[4, 4, 0, 4]])
        #expect(regraded.grading.changes.allSatisfy { $0.before.passed == true && $0.after.score == 0.5 })
        #expect(regraded.grading.changes[0].reason?.hasPrefix("contains: ") == true)
        let overview = try await store.overview(of: result.run.id)
        #expect(overview.passed == 0 && overview.trials == 4 && overview.run.datasetHash != result.run.datasetHash)
        #expect(try await store.cases(of: result.run.id).allSatisfy { $0.assertions.count == 2 })
        let table = try #require(regraded.table)
        #expect(try await store.firstTable(from: result.run.id) == table && table != result.table)
        #expect(table.rows.map(\.quality) == [0.5])
        #expect(
            regraded.reports.count == 2 && regraded.reports.allSatisfy { FileManager.default.fileExists(atPath: $0) })
        #expect(try await store.gradings(of: result.run.id) == [regraded.grading])
    }

    @Test("the same rows give the same grades: nothing changes but the date")
    func same() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let result = try await run(bench(store, Models(asked: Counter())), try dataset(assert: Self.contains))
        let before = store.current
        let regraded = try await Regrading(store: store).carryOut(request(result.run))
        #expect(regraded.grading.regraded == 4 && regraded.grading.changes.isEmpty)
        #expect(store.current.trials.map(\.trial.grade) == before.trials.map(\.trial.grade))
        #expect(store.current.cases == before.cases && store.current.runs == before.runs)
    }

    @Test("changed prompts are refused by name, and nothing has changed then")
    func otherQuestions() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let result = try await run(bench(store, Models(asked: Counter())), try dataset(assert: Self.contains))
        let other = try dataset("other", assert: Self.contains, input: "Was it so?")
        let error = await #expect(throws: InputError.self) {
            try await Regrading(store: store).carryOut(request(result.run, dataset: other))
        }
        #expect(error?.message.contains("c0, c1, c2, c3") == true)
        #expect(store.current.gradings.isEmpty)
        let strangers = folder.appending(path: "strangers.jsonl").path
        try #"{"id":"x","task":"planning","input":"?","assert":[\#(Self.contains)]}"#.write(
            toFile: strangers, atomically: true, encoding: .utf8)
        await #expect(throws: InputError.self) {
            try await Regrading(store: store).carryOut(request(result.run, dataset: strangers))
        }
    }

    @Test("a run without stored answers, or one that still goes on, is refused")
    func nothingStored() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let result = try await run(
            bench(store, Models(asked: Counter())), try dataset(assert: Self.contains), storeContent: false)
        let error = await #expect(throws: InputError.self) {
            try await Regrading(store: store).carryOut(request(result.run))
        }
        #expect(error?.message.contains("was stored") == true)
        var running = result.run
        running.status = .running
        await #expect(throws: InputError.self) { try await Regrading(store: store).carryOut(request(running)) }
    }

    @Test(
        "verdicts of a judge stay where none is given, are not bought twice of the same one, and are asked again on demand"
    )
    func judged() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (store, counter) = (MemoryStore(), Counter())
        let path = try dataset(assert: Self.contains + "," + Self.rubric)
        let result = try await run(bench(store, Models(asked: counter)), path, judge: judge, maxCost: USD("5"))
        #expect(counter.all == 8 && result.judgeCalls == 4 && result.judgeCost != nil)
        #expect(result.run.graderVersion == Grader.version(judge: ModelID(judge)))
        #expect(try await store.overview(of: result.run.id).passed == 4)

        let kept = try await Regrading(store: store).carryOut(request(result.run))
        #expect(counter.all == 8 && kept.grading.changes.isEmpty)
        #expect(kept.grading.judge == ModelID(judge) && kept.grading.judgeCost == nil)

        let severe = Models(verdict: { #"{"key":"\#($0)","reason":"no","score":0.2}"# }, asked: counter)
        let same = try await session(bench(store, severe), result.run, in: store)
        let twice = try await Regrading(store: store, judge: same).carryOut(request(result.run))
        #expect(counter.all == 8 && twice.grading.changes.isEmpty && twice.recalled == 4)
        #expect(twice.grading.judgeCost == .zero && twice.grading.regraded == 4 && twice.unjudged.count == 0)

        let session = try await session(bench(store, severe), result.run, in: store, again: true)
        let again = try await Regrading(store: store, judge: session).carryOut(request(result.run))
        #expect(counter.all == 12 && again.grading.changes.count == 4)
        #expect(again.grading.changes.allSatisfy { $0.after.passed == false && $0.after.score == 0.6 })
        #expect(again.grading.judgeCost == session.desk.cost && session.desk.calls == 4)
        let overview = try await store.overview(of: result.run.id)
        #expect(overview.judgeCalls == 8 && overview.passed == 0)

        // A changed demand has no verdict to keep.
        let changed = try dataset("changed", assert: Self.contains + #",{"type":"llm-rubric","value":"says no"}"#)
        let open = try await Regrading(store: store).carryOut(request(result.run, dataset: changed))
        #expect(open.arms.map(\.nowUnknown) == [4] && counter.all == 12)
    }

    private func session(
        _ bench: Bench, _ run: RunRecord, in store: MemoryStore, judge: String? = nil, maxCost: USD? = USD("5"),
        again: Bool = false
    ) async throws -> JudgeSession {
        try bench.judgeSession(
            JudgeRequest(model: judge ?? self.judge), for: try await store.cases(of: run.id), of: run,
            maxCost: maxCost ?? .zero, again: again)
    }

    @Test(
        "a verdict gives way only to a verdict: a judge that fails, or has no money, leaves every grade as it was",
        arguments: [true, false])
    func failingJudge(isPoor: Bool) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (store, counter) = (MemoryStore(), Counter())
        let path = try dataset(assert: Self.contains + "," + Self.rubric)
        let result = try await run(bench(store, Models(asked: counter)), path, judge: judge, maxCost: USD("5"))
        let before = store.current
        let broken = Models(verdict: { _ in "I would rather not say." }, asked: counter)
        let session = try await session(
            bench(store, isPoor ? Models(asked: counter) : broken), result.run, in: store,
            maxCost: USD(isPoor ? "0" : "5"), again: true)
        let graded = try await Regrading(store: store, judge: session).carryOut(request(result.run))
        #expect(graded.isApplied && graded.grading.changes.isEmpty && graded.grading.regraded == 0)
        #expect(graded.unjudged.withoutBudget == (isPoor ? 4 : 0) && graded.unjudged.failed == (isPoor ? 0 : 4))
        #expect((graded.unjudged.failure == nil) == isPoor)
        #expect(store.current.trials.map(\.trial.grade) == before.trials.map(\.trial.grade))
        #expect(store.current.trials.map(\.trial.outcome) == before.trials.map(\.trial.outcome))
        #expect(try await store.overview(of: result.run.id).passed == 4)
    }

    @Test(
        "grades of two judges do not mix: where the new one fails on an answer none changes, and its replies serve the next time"
    )
    func twoJudges() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (store, counter) = (MemoryStore(), Counter())
        let path = try dataset(assert: Self.contains + "," + Self.rubric)
        let result = try await run(bench(store, Models(asked: counter)), path, judge: judge, maxCost: USD("5"))
        let before = store.current
        let failures = Mutex(2)
        let shaky = Models(
            verdict: { key in
                let fails = failures.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return fails ? "?" : #"{"key":"\#(key)","reason":"no","score":0}"#
            }, asked: counter)
        let other = "gemini/gemini-2.5-flash"
        func graded() async throws -> RegradedRun {
            let session = try await session(bench(store, shaky), result.run, in: store, judge: other)
            return try await Regrading(store: store, judge: session, width: 1).carryOut(request(result.run))
        }
        let first = try await graded()
        // Two replies of the first answer could not be read, and the other three were judged.
        #expect(!first.isApplied && first.unjudged.failed == 1 && first.reports.isEmpty)
        #expect(counter.all == 8 + 5 && store.current.gradings.isEmpty && store.current.runs == before.runs)
        #expect(store.current.trials.map(\.trial.grade) == before.trials.map(\.trial.grade))
        let second = try await graded()
        #expect(second.isApplied && second.recalled == 3 && counter.all == 8 + 6)
        #expect(second.run.graderVersion == Grader.version(judge: ModelID(other)) && second.arms[0].nowFailed == 4)
    }

    @Test("a trial that nothing here can grade is open, not graded")
    func open() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let result = try await run(bench(store, Models(asked: Counter())), try dataset(assert: Self.rubric))
        let graded = try await Regrading(store: store).carryOut(request(result.run))
        #expect(graded.grading.regraded == 0 && graded.arms.map { [$0.regraded, $0.open] } == [[0, 4]])
    }

    @Test("without a judge the run says so beforehand, and its verdicts are unscored")
    func noJudge() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let bench = bench(store, Models(asked: Counter()))
        let prepared = try await bench.prepare(
            BenchRequest(
                datasetPath: try dataset(assert: Self.rubric), models: [try ArmSpec("openai/gpt-5-mini")],
                output: folder.appending(path: "reports").path))
        #expect(prepared.warnings.contains { $0.contains("no judge model is given") })
        let result = try await bench.run(prepared)
        #expect(result.judgeCalls == 0 && result.run.graderVersion == Grader.version)
        #expect(store.current.trials.allSatisfy { $0.trial.grade.verdicts[0].result == .unscored })
    }

    @Test("what is missing for `similar` is a model of embeddings, and nothing is where one is given")
    func embeddings() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let bench = bench(MemoryStore(), Models(asked: Counter()))
        var request = BenchRequest(
            datasetPath: try dataset(assert: #"{"type":"similar","value":"yes"}"#),
            models: [try ArmSpec("openai/gpt-5-mini")], output: folder.appending(path: "reports").path)
        let without = try await bench.prepare(request).warnings
        #expect(
            without.filter { $0.contains("unscored") } == [
                "no model of embeddings is given: the assertions that need one stay unscored in 4 cases"
            ])
        request.judge.embeddings = "openai/text-embedding-3-small"
        request.judge.allowsUnpriced = true
        #expect(try await !bench.prepare(request).warnings.contains { $0.contains("unscored") })
        request.judge.embeddings = "nobody/knows"
        let error = await #expect(throws: InputError.self) { try await bench.prepare(request) }
        #expect(error?.message.hasPrefix("embeddings: ") == true)
    }

    @Test("a judge of a judged model's family is refused, unless it is allowed")
    func kin() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let bench = bench(MemoryStore(), Models(asked: Counter()))
        var request = BenchRequest(
            datasetPath: try dataset(assert: Self.rubric), models: [try ArmSpec("openai/gpt-5-mini")],
            judge: JudgeRequest(model: "openai/gpt-5"), output: folder.appending(path: "reports").path)
        let error = await #expect(throws: InputError.self) { try await bench.prepare(request) }
        #expect(error?.message.contains("own family (OpenAI): openai/gpt-5-mini") == true)
        request.judge.allowsSameFamily = true
        #expect(try await bench.prepare(request).isPaid)
    }

    @Test("a judge is measured against people, and the pass rates of a run it graded are corrected")
    func calibrate() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = MemoryStore()
        let path = try dataset(assert: Self.rubric)
        let models = Models(asked: Counter())
        let result = try await run(bench(store, models), path, judge: judge, maxCost: USD("5"))
        // It passes everything.
        let rows = [true, true, true, false].map {
            #"{"input":"q","answer":"a","rubric":"r","pass":\#($0)}"#
        }.joined(separator: "\n")
        let file = try CalibrationFile(text: rows, path: "judged.jsonl")
        let calibration = try await bench(store, models).calibrate(
            file, JudgeRequest(model: judge), in: store, maxCost: USD("1") ?? .zero)
        #expect(calibration.positives == 3 && calibration.truePositives == 3)
        #expect(calibration.negatives == 1 && calibration.trueNegatives == 0 && calibration.unjudged == 0)
        #expect(calibration.cost != nil && store.current.calibrations == [calibration])
        let asked = models.asked.all
        let twice = try await bench(store, models).calibrate(
            file, JudgeRequest(model: judge), in: store, maxCost: USD("1") ?? .zero)
        #expect(models.asked.all == asked && twice.cost == .zero && twice.truePositives == 3)
        _ = try await bench(store, models).calibrate(
            file, JudgeRequest(model: judge), in: store, maxCost: USD("1") ?? .zero, again: true)
        #expect(models.asked.all == asked + 4)
        let rates = try #require(try await calibration.correctedRates(of: result.run, in: store))
        #expect(rates.map(\.judged) == [1] && rates[0].corrected == nil)
        let report = try await BenchReport.model(of: result.run.id, in: store)
        #expect(report.facts.contains { $0.name == "judge passes good answers" })
        #expect(report.money.judges?.calls == 4)
        var other = result.run
        other.graderVersion = Grader.version
        #expect(try await calibration.correctedRates(of: other, in: store) == nil)
    }

    @Test("a member that has no meaning is named, apart from one that is missing")
    func unknownMember() throws {
        let rows = [
            #"{"input":"q","answer":"a","rubric":"r","pass":true}"#,
            #"{"input":"q","answer":"a","rubric":"r","pass":false,"note":"x"}"#, #"{"input":"q"}"#,
        ]
        let error = #expect(throws: InputError.self) {
            try CalibrationFile(text: rows.joined(separator: "\n"), path: "f.jsonl")
        }
        #expect(error?.message.hasPrefix("f.jsonl:3: expected") == true)
        #expect(error?.message.contains("; f.jsonl:2 (note): only input, answer, rubric and pass") == true)
    }

    @Test("a calibration without money for any call says so, and so does one without a judge or a price")
    func refusedCalibration() async throws {
        let row = #"{"input":"q","answer":"a","rubric":"r","pass":"#
        let file = try CalibrationFile(text: "\(row)true}\n\(row)false}", path: "f.jsonl")
        let bench = bench(MemoryStore(), Models(asked: Counter()))
        await #expect(throws: BudgetExhausted.self) {
            try await bench.calibrate(file, JudgeRequest(model: judge), in: MemoryStore(), maxCost: .zero)
        }
        let none = await #expect(throws: InputError.self) {
            try await bench.calibrate(file, JudgeRequest(), in: MemoryStore(), maxCost: .zero)
        }
        #expect(none?.advice?.contains("judge:") == true)
        let unpriced = await #expect(throws: InputError.self) {
            try await bench.calibrate(
                file, JudgeRequest(model: "openai/nobody-knows"), in: MemoryStore(), maxCost: .zero)
        }
        #expect(unpriced?.code == .unpricedJudge)
    }

    @Test(
        "a file of judged answers is refused with every line that is none",
        arguments: [
            #"{"input":"q","answer":"a","rubric":"r"}"#, #"{"input":"q","answer":"a","rubric":"r","pass":"yes"}"#, "[]",
            "x", #"{"input":1,"answer":"a","rubric":"r","pass":true}"#,
        ])
    func badFile(line: String) throws {
        let good = #"{"input":"q","answer":"a","rubric":"r","pass":true}"#
        let error = #expect(throws: InputError.self) {
            try CalibrationFile(text: "\(good)\n\(line)\n\n\(line)", path: "f.jsonl")
        }
        #expect(error?.message.hasPrefix("f.jsonl:2, f.jsonl:4: expected") == true)
        #expect(throws: InputError.self) { try CalibrationFile(text: good, path: "f.jsonl") }
    }
}
