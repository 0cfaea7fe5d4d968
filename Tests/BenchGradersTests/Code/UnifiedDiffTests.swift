import Testing

@testable import BenchGraders

@Suite("Unified diffs", .timeLimit(.minutes(1)))
struct UnifiedDiffTests {
    private static let old = "one\ntwo\nthree\nfour\nfive\nsix\n"

    @Test(
        "each hunk goes where its lines stand",
        arguments: [
            (
                diff: "--- a/f.txt\n+++ b/f.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n",
                new: "one\nTWO\nthree\nfour\nfive\nsix\n"
            ),
            // The wrong line, and wrong counts.
            ("--- f.txt\n+++ f.txt\n@@ -40,9 +1 @@\n-five\n+FIVE\n six\n", "one\ntwo\nthree\nfour\nFIVE\nsix\n"),
            ("--- a/f.txt\n+++ b/f.txt\n@@\n-six\n+SIX\n", "one\ntwo\nthree\nfour\nfive\nSIX\n"),
            // No header, since there is one file; words around it.
            ("Here it is:\n\n@@ -2 +2 @@\n-two\n+2\n\nDone.", "one\n2\nthree\nfour\nfive\nsix\n"),
            // Two hunks, the second shifted by the first.
            (
                "--- a/f.txt\n+++ b/f.txt\n@@ -1,1 +1,3 @@\n one\n+a\n+b\n@@ -5,2 +7,1 @@\n five\n-six\n",
                "one\na\nb\ntwo\nthree\nfour\nfive\n"
            ),
            // Only added, after the line that is named.
            ("--- a/f.txt\n+++ b/f.txt\n@@ -1,0 +2,1 @@\n+new\n", "one\nnew\ntwo\nthree\nfour\nfive\nsix\n"),
            ("--- a/f.txt\n+++ b/f.txt\n@@ -0,0 +1,1 @@\n+new\n", "new\none\ntwo\nthree\nfour\nfive\nsix\n"),
            // Another folder, a time after the name, white space at the end of a context line.
            (
                "diff --git a/src/f.txt b/src/f.txt\nindex 1..2 100644\n--- a/src/f.txt\t2026-01-01\n+++ b/src/f.txt\n@@ -1,2 +1,2 @@\n one  \n-two\n+2\n\\ No newline at end of file\n",
                "one  \n2\nthree\nfour\nfive\nsix\n"
            ),
        ])
    func applies(diff: String, new: String) throws {
        #expect(try UnifiedDiff(diff)?.applied(to: ["f.txt": Self.old]) == ["f.txt": new])
    }

    @Test("files are made, deleted and told apart")
    func files() throws {
        let diff = """
            --- /dev/null
            +++ b/new.py
            @@ -0,0 +1,2 @@
            +a = 1
            +b = 2
            --- a/old.py
            +++ /dev/null
            @@ -1 +0,0 @@
            -x
            --- a/query.sql
            +++ b/query.sql
            @@ -1,2 +1,1 @@
            --- a comment
             SELECT 1
            """
        let files = ["old.py": "x\n", "query.sql": "-- a comment\nSELECT 1\n"]
        #expect(
            try UnifiedDiff(diff)?.applied(to: files)
                == ["new.py": "a = 1\nb = 2\n", "query.sql": "SELECT 1\n"])
    }

    @Test("an empty line of context may have lost its blank")
    func blank() throws {
        let diff = "@@ -1,4 +1,4 @@\n a\n\n-b\n+B\n\n"
        #expect(try UnifiedDiff(diff)?.applied(to: ["f": "a\n\nb\n"]) == ["f": "a\n\nB\n"])
    }

    @Test("what does not fit is said")
    func failures() {
        if UnifiedDiff("no diff at all\n--- \n") != nil { Issue.record("no hunk") }
        func reason(_ diff: String, _ files: [String: String]) -> String? {
            do throws(UnifiedDiff.Failure) {
                _ = try UnifiedDiff(diff)?.applied(to: files)
                return nil
            } catch {
                return error.reason
            }
        }
        let change = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n+y\n"
        #expect(reason(change, ["f": "z\n"]) == "hunk 1 of the patch to f does not fit")
        #expect(reason(change, ["g": "x\n"]) == "the patch is for f, which is not there")
        #expect(reason("@@ -1 +1 @@\n-x\n+y\n", ["f": "x\n", "g": "x\n"])?.contains("no file") == true)
    }
}
