"""A list of named checks, and how they are run."""

import traceback


class Checks:
    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = 0

    def check(self, what, function):
        """Runs one check; whatever it raises is its failure."""
        try:
            function()
        except Exception as error:  # noqa: BLE001: any failure is reported, none stops the others
            self.failed += 1
            print(f"FAIL {self.name}: {what}: {type(error).__name__}: {error}")
            traceback.print_exc(limit=3)
        else:
            self.passed += 1
            print(f"ok   {self.name}: {what}")

    def raises(self, what, kind, function, status=None):
        """The call must end with exactly this exception, and this status when one is given."""

        def run():
            try:
                function()
            except kind as error:
                found = getattr(error, "status_code", None) or getattr(error, "code", None)
                if status is not None:
                    equal(found, status)
                return
            raise AssertionError(f"no {kind.__name__} was raised")

        self.check(what, run)


def equal(found, expected):
    assert found == expected, f"found {found!r}, expected {expected!r}"


def positive(*numbers):
    assert all(isinstance(number, int) and number > 0 for number in numbers), f"not all positive: {numbers}"


TOOL_SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
