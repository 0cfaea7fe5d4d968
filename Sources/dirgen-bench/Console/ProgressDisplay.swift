import BenchRunner
import LLMCore
import Synchronization

/// Shows a run on standard error: a line per model that stays in place on a terminal that can redraw it, plain lines every ten
/// seconds or ten per cent elsewhere.
final class ProgressDisplay: Sendable {
    private let console: Console
    private let time: TimeSource
    private let state: Mutex<State>

    private struct State {
        var progress = RunProgress()
        /// Of the calls, once they have begun.
        var start: ContinuousClock.Instant
        var drawn = 0
        var lastPlain: ContinuousClock.Instant
        var lastTenth = 0
    }

    /// - Parameter opening: What is known before the run begins: shown while providers are asked whether they are there.
    init(console: Console, opening: RunEvent, time: TimeSource = .live) {
        self.console = console
        self.time = time
        var state = State(start: time.now(), lastPlain: time.now())
        state.progress.observe(opening, at: .zero)
        self.state = Mutex(state)
    }

    func observe(_ event: RunEvent) {
        let now = time.now()
        state.withLock { state in
            state.progress.observe(event, at: now - state.start)
            // Loading local models is no part of any call.
            if case .started = event { (state.start, state.lastPlain) = (now, now) }
        }
    }

    /// Draws until it is cancelled, then once more.
    func run() async {
        guard !console.quiet else { return }
        while (try? await time.sleep(time.now() + .milliseconds(console.redraws ? 100 : 500))) != nil {
            console.redraws ? redraw() : plainLine()
        }
        if console.redraws { redraw() }
    }

    private func redraw() {
        let width = console.error.width ?? 100
        let text = state.withLock { state in
            let lines = state.progress.lines(elapsed: time.now() - state.start, width: width - 1)
            let up = state.drawn > 0 ? "\u{1B}[\(state.drawn)A" : ""
            state.drawn = lines.count
            return up + lines.map { "\u{1B}[2K" + TerminalText.safe($0) + "\n" }.joined()
        }
        console.error.write(text)
    }

    private func plainLine() {
        let line = state.withLock { state -> String? in
            let now = time.now()
            let tenth = state.progress.total == 0 ? 0 : state.progress.done * 10 / state.progress.total
            guard tenth > state.lastTenth || now - state.lastPlain >= .seconds(10) else { return nil }
            state.lastTenth = tenth
            state.lastPlain = now
            return state.progress.totalLine(elapsed: now - state.start)
        }
        if let line { console.error.write(TerminalText.safe(line) + "\n") }
    }
}
