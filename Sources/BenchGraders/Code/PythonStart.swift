/// The start of a Python file that holds an answer and its tests, as the argument of the interpreter's `-c`.
///
/// The answer is not the program that was started, and the tests after it are: what stands under `if __name__ == "__main__":` in it is a
/// demonstration, which may read input that nobody gives. The file is read in two parts, so that it still holds the answer and the tests and
/// nothing else. No name is left behind that an answer could use without importing it.
///
/// A value of a class that compares alike with different values fails where the tests compare it: it would pass any test. The values of a
/// class among themselves are its own affair: only comparisons with values of Python's types are looked at. An answer that sets out to change its tests
/// or to read what they expect is not stopped: it runs in the same process.
struct PythonStart {
    /// One line without single quotes, for the shell: what it says of a program that a signal ended repeats it, and begins as its messages do.
    let code: String

    /// - Parameters:
    ///   - answer: The text that the file begins with.
    ///   - file: The file's name, which ends with `.py`.
    init(_ answer: String, in file: String) {
        let escapes: [Character: String] = ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"]
        let text = Self.program + "start(space, \"\(file)\", \(answer.utf8.count))\n"
        code = "exec(\"\(text.map { escapes[$0] ?? String($0) }.joined())\", {\"space\": globals()})"
    }

    private static let program = #"""
        import _ast, _operator, os, sys

        PLAIN = {bool, int, float, complex, str, bytes, bytearray, range, type(None), type(...)}
        GROUPS = (list, tuple, set, frozenset, dict)
        OPERATORS = {
            "Eq": _operator.eq, "NotEq": _operator.ne, "Lt": _operator.lt, "LtE": _operator.le, "Gt": _operator.gt,
            "GtE": _operator.ge, "Sub": _operator.sub, "In": lambda left, right: left in right,
            "NotIn": lambda left, right: left not in right,
        }
        SPECIAL = (
            "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__sub__", "__rsub__", "__contains__")
        MADE_BY_CLASS = 1 << 9
        NOTHING = object()
        PROBES = [
            NOTHING, None, 7919, -104729, 10**30, 0.3125, -1e300, 1j, "\0a", "\0b", "\0c", b"\0a", b"\0b", b"\0c",
            [NOTHING], [NOTHING, 0], ["\0"], (NOTHING,), (NOTHING, 0), ("\0",), {NOTHING}, {NOTHING, 0}, {"\0"},
            {NOTHING: 0}, {NOTHING: 1}, {"\0": 0},
        ]
        HOOK = "a comparison of the tests"
        # Classes that the tests define or, as ANY, name themselves.
        OF_TESTS = set()

        # The parts of a value that are not of the types above, themselves and in groups.
        def foreign(value):
            seen, open = set(), [value]
            while open:
                value = open.pop()
                kind = type(value)
                if kind in PLAIN: continue
                base = next((base for base in GROUPS if issubclass(kind, base)), None)
                if kind is not base: yield value
                if base is None or id(value) in seen: continue
                seen.add(id(value))
                for parts in (base.__iter__, dict.values if base is dict else None):
                    if parts and not PLAIN.issuperset(map(type, parts(value))): open += parts(value)

        def is_plain(value): return next(foreign(value), None) is None

        def has_own_operators(kind):
            owners = (next((base for base in kind.__mro__ if name in base.__dict__), object) for name in SPECIAL)
            return any(owner.__flags__ & MADE_BY_CLASS for owner in owners)

        # Nothing equals three different values, or is less and more than the same one.
        def deceives(value):
            if not has_own_operators(type(value)): return False
            def says(name, left, right):
                try:
                    result = OPERATORS[name](left, right)
                    return result if type(result) in PLAIN else None
                except Exception: return None
            def both(one, other, probe): return says(one, value, probe) and says(other, value, probe)
            def difference(left, right):
                try:
                    result = left - right
                    result = result if type(result) in PLAIN else abs(result)
                    return result if type(result) in PLAIN else None
                except Exception: return None
            equal = [says("Eq", value, probe) for probe in PROBES]
            unequal = [says("NotEq", value, probe) for probe in PROBES]
            alike = [both("LtE", "GtE", probe) for probe in PROBES]
            differences = [(difference(value, 7919), difference(value, -104729)), (difference(7919, value), difference(-104729, value))]
            return (
                sum(map(bool, equal)) > 2 or sum(map(bool, alike)) > 2
                # What answers with more than true or false makes expressions of comparisons.
                or sum(one is not None and other is False for one, other in zip(equal, unequal)) > 2
                or both("Lt", "Gt", 7919) or both("Lt", "Gt", "\0a")
                or says("Eq", value, True) and says("Eq", value, False) or says("In", NOTHING, value)
                or any(one is not None and one == other for one, other in differences))

        def check(value):
            for part in foreign(value):
                name = type(part).__name__
                if name not in OF_TESTS and deceives(part): raise AssertionError(name + " compares alike with different values")
            return value

        # Two values of classes are compared as these classes say.
        def check_pair(left, right):
            if is_plain(left): check(right)
            elif is_plain(right): check(left)
            return left, right

        def hook(name, left, right=None, asserted=False):
            if name == "Value": return check(left)
            if name == "Pair": return check_pair(left, right)
            if type(left) not in PLAIN or type(right) not in PLAIN: check_pair(left, right)
            result = OPERATORS[name](left, right)
            if asserted and type(result).__flags__ & MADE_BY_CLASS:
                raise AssertionError(type(result).__name__ + " is no result of a comparison")
            return result

        def located(node, place):
            for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"): setattr(node, name, getattr(place, name))
            return node

        def call(place, *parts):
            parts = [located(_ast.Constant(part), place) if isinstance(part, (str, bool)) else part for part in parts]
            return located(_ast.Call(located(_ast.Name(HOOK, _ast.Load()), place), parts, []), place)

        # An expression with the hook instead of its operator.
        def hooked(node):
            if isinstance(node, _ast.Compare):
                names = [type(one).__name__ for one in node.ops]
                if len(names) == 1 and names[0] in OPERATORS: return call(node, names[0], node.left, node.comparators[0])
                if len(names) > 1:
                    node.left = call(node, "Value", node.left)
                    node.comparators = [call(node, "Value", one) for one in node.comparators]
            if isinstance(node, _ast.BinOp) and isinstance(node.op, _ast.Sub): return call(node, "Sub", node.left, node.right)
            if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Attribute) and node.func.attr.startswith("assert"):
                if len(node.args) > 1 and not any(isinstance(one, _ast.Starred) for one in node.args[:2]):
                    pair = located(_ast.Starred(call(node, "Pair", *node.args[:2]), _ast.Load()), node)
                    node.args = [pair] + node.args[2:]
            return node

        def is_hook(node): return isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name) and node.func.id == HOOK

        def tests(source, path):
            # Python compiles a deeper text than it makes a tree of.
            try: return compile(with_hooks(compile(source, path, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)), path, "exec", dont_inherit=True)
            except RecursionError: return compile(source, path, "exec", dont_inherit=True)

        def with_hooks(tree):
            nodes = [tree]
            for node in nodes:
                if isinstance(node, _ast.ClassDef): OF_TESTS.add(node.name)
                if "ANY" in (getattr(node, "id", ""), getattr(node, "attr", "")): OF_TESTS.add("_ANY")
                for name in node._fields:
                    field = getattr(node, name, None)
                    nodes += [one for one in (field if isinstance(field, list) else [field]) if isinstance(one, _ast.AST)]
            # The inner ones first.
            for node in reversed(nodes):
                for name in node._fields:
                    field = getattr(node, name, None)
                    if isinstance(field, list): field[:] = map(hooked, field)
                    elif isinstance(field, _ast.expr): setattr(node, name, hooked(field))
                if isinstance(node, _ast.Assert) and is_hook(node.test) and len(node.test.args) == 3:
                    node.test = call(node.test, *node.test.args, True)
            return tree

        def start(space, file, size):
            path = os.path.abspath(file)
            sys.argv[0], sys.path[0] = file, os.getcwd()
            sys.modules[file[:-3]] = sys.modules["__main__"]
            with open(path, "rb") as opened: source = opened.read()
            space.update(__file__=path, __name__=file[:-3])
            exec(compile(source[:size], path, "exec", dont_inherit=True), space)
            # The tests keep their lines, for what inspects them and for messages.
            rest = b"\n" * source.count(b"\n", 0, size) + source[size:]
            space.update({"__name__": "__main__", HOOK: hook})
            exec(tests(rest, path), space)

        """#
}
