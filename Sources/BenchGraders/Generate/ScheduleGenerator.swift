import LLMCore

/// The maker of schedules: jobs with durations and predecessors on few machines, all done as early as possible.
enum ScheduleGenerator: CaseGenerator {
    static let name = "fresh-schedule"

    private static let english = ["build", "lint", "test", "scan", "pack", "sign", "docs", "ship", "seed", "audit"]
    private static let spanish = [
        "compilar", "revisar", "probar", "medir", "empaquetar", "firmar", "documentar", "enviar", "cargar", "auditar",
    ]

    static func draft(_ draw: inout Draw, level: Int, in language: FreshLanguage) -> CaseDraft? {
        let names = draw.sample([3, 4, 5, 7, 8][level - 1], of: language == .english ? english : spanish)
        let machines = draw.sample(level < 3 ? 1 : level < 5 ? 2 : 3, of: ["alfa", "beta", "gamma"])
        let jobs = names.indices.map { index in
            ScheduleSearch.Job(
                duration: draw.int(1...(level < 2 ? 3 : 6)),
                after: (0..<index).filter { _ in draw.chance(4) },
                machine: draw.chance(6) ? nil : draw.int(0...(machines.count - 1)))
        }
        let search = ScheduleSearch(jobs: jobs)
        let starts = search.best()
        let end = search.end(of: starts)
        // Without any wait the earliest starts are the answer: no problem at all.
        let naive = search.ignoringMachines()
        guard naive != starts, !search.isFeasible(naive) else { return nil }

        let lines = zip(names, jobs).map { name, job in
            var parts = ["\(job.duration) h"]
            if let machine = job.machine { parts.append(language("on ", "en ") + machines[machine]) }
            if !job.after.isEmpty {
                parts.append(language("after ", "después de ") + job.after.map { names[$0] }.joined(separator: ", "))
            }
            return "- \(name): \(parts.joined(separator: "; "))"
        }
        let prompt =
            language(
                "Plan these jobs. A machine does one job at a time, and nothing is interrupted; a job without a machine needs none. Times are whole hours from 0. Everything must be over as early as possible.",
                "Planifica estos trabajos. Cada máquina hace un solo trabajo a la vez y nada se interrumpe; un trabajo sin máquina no necesita ninguna. El tiempo son horas enteras desde 0. Todo debe acabar lo antes posible."
            ) + "\n\n" + lines.joined(separator: "\n") + "\n\n"
            + language(
                "Answer with one JSON object that maps each job to its start: {\"<job>\": <hour>, ...}.",
                "Responde con un objeto JSON que asigne a cada trabajo su comienzo: {\"<trabajo>\": <hora>, ...}.")
        func answer(_ starts: [Int]) -> String {
            let object = JSONObject(zip(names, starts).map { .init(key: $0, value: JSONValue($1)) })
            return JSONValue.object(object).text.fenced("json")
        }
        var late = starts
        if let last = starts.indices.first(where: { starts[$0] + jobs[$0].duration == end }) { late[last] += 1 }
        return CaseDraft(
            prompt: prompt, reference: answer(starts), badAnswers: [answer(naive), answer(late)],
            assertions: [assertion(names, jobs, machines, end)])
    }

    private static func assertion(_ names: [String], _ jobs: [ScheduleSearch.Job], _ machines: [String], _ end: Int)
        -> JSONValue
    {
        let tasks = zip(names, jobs).map { name, job -> JSONObject.Member in
            var task: JSONObject = ["duration": JSONValue(job.duration)]
            if !job.after.isEmpty { task["after"] = .array(job.after.map { .string(names[$0]) }) }
            task["resource"] = job.machine.map { .string(machines[$0]) }
            return .init(key: name, value: .object(task))
        }
        return [
            "type": "plan", "world": "schedule", "tasks": .object(JSONObject(tasks)),
            "resources": .object(JSONObject(machines.map { .init(key: $0, value: 1) })), "optimal": JSONValue(end),
        ]
    }
}

/// A search for a shortest schedule: branch and bound over the orders in which jobs are placed, each as early as it fits.
/// Some order gives an optimal schedule (Kolisch, 1996).
struct ScheduleSearch {
    struct Job {
        let duration: Int
        /// Only jobs before it in the list.
        let after: [Int]
        let machine: Int?
    }

    private let jobs: [Job]
    /// The least time from a job's start to the end of all that follows.
    private let tails: [Int]

    init(jobs: [Job]) {
        self.jobs = jobs
        var tails = jobs.map(\.duration)
        for (index, job) in jobs.enumerated().reversed() {
            for earlier in job.after { tails[earlier] = max(tails[earlier], jobs[earlier].duration + tails[index]) }
        }
        self.tails = tails
    }

    func end(of starts: [Int]) -> Int { zip(starts, jobs).map { $0 + $1.duration }.max() ?? 0 }

    func best() -> [Int] {
        var best: [Int]?
        var bound = Int.max
        var starts: [Int?] = Array(repeating: nil, count: jobs.count)
        place(&starts, left: jobs.count, &best, &bound)
        return best ?? []
    }

    private func place(_ starts: inout [Int?], left: Int, _ best: inout [Int]?, _ bound: inout Int) {
        guard left > 0 else {
            let found = starts.compactMap(\.self)
            if end(of: found) < bound { (best, bound) = (found, end(of: found)) }
            return
        }
        for index in jobs.indices where starts[index] == nil {
            guard let start = earliest(index, starts), start + tails[index] < bound else { continue }
            starts[index] = start
            place(&starts, left: left - 1, &best, &bound)
            starts[index] = nil
        }
    }

    /// `nil` while a predecessor has no start.
    private func earliest(_ index: Int, _ starts: [Int?]) -> Int? {
        let job = jobs[index]
        var start = 0
        for earlier in job.after {
            guard let begun = starts[earlier] else { return nil }
            start = max(start, begun + jobs[earlier].duration)
        }
        while let next = clash(index, at: start, starts) { start = next }
        return start
    }

    /// The end of a job that uses the machine meanwhile.
    private func clash(_ index: Int, at start: Int, _ starts: [Int?]) -> Int? {
        guard let machine = jobs[index].machine else { return nil }
        let other = jobs.indices.first { other in
            guard other != index, jobs[other].machine == machine, let begun = starts[other] else { return false }
            return begun < start + jobs[index].duration && start < begun + jobs[other].duration
        }
        return other.flatMap { other in starts[other].map { $0 + jobs[other].duration } }
    }

    /// Earliest starts as if there were machines for all.
    func ignoringMachines() -> [Int] {
        jobs.reduce(into: [Int]()) { starts, job in
            starts.append(job.after.map { starts[$0] + jobs[$0].duration }.max() ?? 0)
        }
    }

    func isFeasible(_ starts: [Int]) -> Bool {
        jobs.indices.allSatisfy { clash($0, at: starts[$0], starts) == nil }
            && jobs.indices.allSatisfy { index in
                jobs[index].after.allSatisfy { starts[$0] + jobs[$0].duration <= starts[index] }
            }
    }
}
