import BenchCore
import LLMCore
import TestSupport

@testable import DirGenAPI

extension Sample {
    static var reports: [Sample] {
        var fixture = RunFixture(shapes: Array(RunFixture.Shape.usual.prefix(3)), caseCount: 12)
        let table = fixture.table()
        fixture.trials[0].finishReason = "zork"
        fixture.run.environment.objective = ServiceObjective(limits: [.resp: 500])
        let full = ReportModel.build(
            run: fixture.run, cases: fixture.cases, trials: fixture.trials, table: table, choice: fixture.choice(table),
            overview: RunOverview(
                run: fixture.run, reserved: 2, reservedWorst: USD(pico: 5), assumed: 1, assumedCost: USD(pico: 6)),
            full: true, resamples: 100)
        let bare = RunFixture(shapes: [RunFixture.Shape.usual[0]], caseCount: 0)
        let empty = ReportModel.build(
            run: bare.run, cases: [], trials: [], table: nil, choice: nil, resamples: 100)
        return [
            Sample(full: ReportDocument(full), bare: ReportDocument(empty)),
            Sample(
                full: BenchFixtures.table(arms: [BenchFixtures.arm(), BenchFixtures.arm("xai/grok-4")]),
                bare: BenchFixtures.table(arms: [])),
        ]
    }

    /// A line of each kind, and the same with null wherever a null is allowed.
    static var exports: [Sample] {
        exportLines.compactMap { text in
            guard let json = try? JSONValue.parse(text), let full = try? ExportLineDocument(json: json),
                let bare = try? ExportLineDocument(json: nulled(json))
            else { return nil }
            return Sample(full: full, bare: bare)
        }
    }

    private static func nulled(_ json: JSONValue) -> JSONValue {
        var object = json.object ?? .init()
        for key in object.keys {
            var next = object
            next[key] = JSONValue.null
            if (try? ExportLineDocument(json: .object(next))) != nil { object = next }
        }
        return .object(object)
    }

    static let exportLines = [
        #"""
        {"type":"run","id":"01R","status":"killed","started_at":1,"ended_at":2,"dataset_path":"p","dataset_name":"n",
        "dataset_hash":"h","task":"planning","repeats":1,"seed":18446744073709551609,"simulated":false,
        "time_scale":0.05,"max_cost_usd":"1.500000000007","partial":true,"grader_version":"g",
        "price_version":"v","tool_version":"t","arguments":["run"],"prices":{"a":1.50},
        "environment":{"os":"Linux"},"format":"dirgen.export/1","definitions":{"resp_ms":"what it is"}}
        """#,
        #"""
        {"type":"arm","arm_id":"xai/grok-4 effort=low","endpoint":"e","model":"xai/grok-4",
        "parameters":{"effort":"low"},"prompt_variant":"v","simulated":true}
        """#,
        #"""
        {"type":"case","id":"c","hash":"h","line":3,"task":"own","case_group":"g","weight":0.5,"split":"select",
        "row":{"id":"c","n":1.50}}
        """#,
        #"""
        {"type":"trial","call_id":"01C","case_id":"c","case_hash":"h","arm_id":"a/b","endpoint":"e","repetition":0,
        "ordinal":7,"outcome":"ok","fault":"none","score":0.1,"passed":true,"judge_cost_usd":"0.000000000009",\#(metrics),
        "reused_run":"01Q","reused_call":"01P","call":{\#(call)},"attempt_list":[\#(attempt)],"verdicts":[{"position":0,"type":"equals",
        "result":"passed","score":1,"weight":2,"metric":"m","reason":"r"}]}
        """#,
        #"""
        {"type":"replaced_trial","call_id":"01E","case_id":"c","arm_id":"a/b","endpoint":"e","repetition":0,"ordinal":7,
        "outcome":"server_error","fault":"provider","resp_ms":5,"attempts":1,"cost_usd":"0.1","replaced_by":"01C",
        "attempt_list":[\#(attempt)]}
        """#,
        #"""
        {"type":"open_call","id":"01D",\#(call),"attempt_list":[\#(attempt)]}
        """#,
    ]

    private static let metrics =
        #"""
        "queue_ms":0,"ttfb_ms":1.5,"ttft_ms":2,"ttfa_ms":3,"e2e_ms":4,"resp_ms":5,"work_ms":6,"retry_wait_ms":0,
        "connect_ms":0.009,"decode_ms":7,"tpot_ms":8,"max_gap_ms":9,"p95_gap_ms":8,"n_gaps":4,"decode_tps":1,
        "e2e_tps":2,"chars_per_s":3,"prompt_tokens":1,"cache_read_tokens":2,"cache_write_tokens":3,
        "output_tokens":4,"reasoning_tokens":5,"streamed_tokens":6,"usage_source":"counted","answer_chars":7,"attempts":1,
        "cost_usd":"0.007812500001","billed_usd":"0.01"
        """#

    private static let call =
        #"""
        "origin":"bench","state":"closed","simulated":false,"started_at":1,"duration_ms":2.5,"task":"general",
        "requested":"auto","model":"a/b","endpoint":"e","outcome":"ok","cost_usd":"0.1",
        "decision":{"reason":"r"},"answer":"A","thinking":"T","refusal":"R","tool_calls":[{"id":"1"}],
        "error":"E","stopped_by":{"limit_usd":"1"},"virtual_key":"K","tags":["a=b"]
        """#

    private static let attempt =
        #"""
        {"id":"01C.1","number":1,"state":"settled","model":"a/b","endpoint":"e","simulated":false,
        "key_fingerprint":"a1b2c3d4e5f6","reserved_at":1,"worst_usd":"0.05","class":"rate_limited",
        "limit_window":"minute","status":429,"failure_type":"t","failure_code":"c","failure_param":"p",
        "failure_message":"m","sent_ms":0.1,"connect_ms":1,"ttfb_ms":2,"ttft_ms":3,"ttfa_ms":4,
        "last_token_ms":5,"e2e_ms":6,"n_gaps":1,"max_gap_ms":2,"p95_gap_ms":3,"first_token_chars":4,
        "prompt_tokens":1,"cache_read_tokens":2,"cache_write_tokens":3,"cache_write_1h_tokens":4,
        "output_tokens":5,"reasoning_tokens":6,"web_searches":7,"usage_raw":{"x":1.50},
        "price_context":{"tier":"batch"},"usage_source":"estimated","served_model":"s","response_id":"r","system_fingerprint":"f",
        "finish_reason":"stop","finish_raw":"end_turn","answer_chars":1,"thinking_chars":2,
        "tool_call_delivered":false,"headers":{"h":"v"},"rate_limit":{"window":"minute"},"retry_after_ms":1000,
        "computed_usd":"0.1","billed_usd":"0.2","price_as_of":"2026-11-29","price_source":"s",
        "price_unknown":"u","lease_ms":300000,"assumed":false}
        """#
}
