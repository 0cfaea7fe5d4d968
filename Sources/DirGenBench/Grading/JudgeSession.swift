import BenchCore
package import BenchGraders
package import BenchRunner
package import LLMCore
import Synchronization

/// A judge model at work outside a run: its desk with a budget, and the judges that are asked there.
package struct JudgeSession: Sendable {
    package var model: ModelID
    package var desk: JudgeDesk
    package var panel: JudgePanel

    package init(panel: JudgePanel, model: ModelID, desk: JudgeDesk) {
        self.model = model
        self.desk = desk
        self.panel = panel
    }
}

/// A judge's desk as one answer meets it: keeps the first failure of a call for it.
final class JudgeWatch: JudgeCaller, EmbeddingCaller {
    private let desk: JudgeDesk
    private let first = Mutex<JudgeFailure?>(nil)

    init(_ desk: JudgeDesk) { self.desk = desk }

    var failure: JudgeFailure? { first.withLock { $0 } }

    func ask(_ chat: ChatRequest, of judge: Arm, about trial: CallID?) async throws(JudgeFailure) -> Answer {
        do throws(JudgeFailure) {
            return try await desk.ask(chat, of: judge, about: trial)
        } catch {
            keep(error)
            throw error
        }
    }

    func earlierReply(to chat: ChatRequest, of judge: Arm, where isVerdict: (String) -> Bool) async -> String? {
        await desk.earlierReply(to: chat, of: judge, where: isVerdict)
    }

    func embed(_ texts: [String], by model: Arm, about trial: CallID?) async throws(JudgeFailure) -> [[Double]] {
        do throws(JudgeFailure) {
            return try await desk.embed(texts, by: model, about: trial)
        } catch {
            keep(error)
            throw error
        }
    }

    private func keep(_ failure: JudgeFailure) { first.withLock { $0 = $0 ?? failure } }
}
