import BenchCore
import LLMCore
import Testing

@testable import BenchRunner

@Suite("The progress board")
struct ProgressBoardTests {
    private var board: ProgressBoard {
        let arms = ["gemini/gemini-2.5-flash", "xai/grok-4"].compactMap { ModelID($0) }
            .map { Arm(model: $0, endpoint: "test", simulated: true) }
        let rows = [BenchCase(id: "c", task: .general, messages: [.user("q")], assertions: [], hash: "h")]
        var board = ProgressBoard()
        board.fold(
            .started(plan: RunPlan(cases: rows, arms: arms, repeats: 1, seed: 3), maxCost: USD(pico: 1_000_000_000_000))
        )
        board.fold(.state(spent: USD(pico: 14_100_000_000), reserved: .zero, inFlight: 2))
        return board
    }

    @Test("a line fits its terminal, and no figure is cut in its middle", arguments: 20...120)
    func narrow(width: Int) {
        let whole = board.lines(elapsed: .seconds(1), width: .max).map { fields($0) }
        for (line, all) in zip(board.lines(elapsed: .seconds(1), width: width), whole) {
            #expect(line.count <= width)
            guard width >= 40 else { continue }
            #expect(Array(all.prefix(fields(line).count)) == fields(line))
        }
    }

    private func fields(_ line: String) -> [String] {
        line.split(separator: " · ").flatMap { $0.split(separator: "  ") }.map(String.init)
    }
}
