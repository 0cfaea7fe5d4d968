extension Schema {
    /// Version 9: the questions that judges were asked, by digest, so that a reply which was paid for serves again. The reply is the call's
    /// answer, and goes with it.
    static let judgeQuestions = """
        CREATE TABLE judge_questions (
            call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
            question TEXT NOT NULL -- digest over the judge and the request
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX judge_questions_by_digest ON judge_questions (question);
        """
}
