"""Python functions to be written, in HumanEval's own format: that set where it is, else short ones of ours."""

import gzip
import json
import os
import pathlib

# Name and parameters, what it returns, a body, and calls with their results.
OURS = [
    ("add(a, b)", "the sum of a and b", "a + b", {"1, 2": 3, "-1, 1": 0, "0, 0": 0}),
    ("square(n)", "n squared", "n * n", {"3": 9, "-2": 4, "0": 0}),
    ("is_even(n)", "True if n is even, else False", "n % 2 == 0", {"2": True, "7": False, "0": True}),
    ("largest(numbers)", "the largest number of a list", "max(numbers)", {"[3, 9, 2]": 9, "[-5, -1]": -1}),
    ("total(numbers)", "the sum of a list of numbers, 0 if it is empty", "sum(numbers)", {"[1, 2, 3]": 6, "[]": 0}),
    ("reverse(text)", "the text reversed", "text[::-1]", {"'abc'": "cba", "''": ""}),
    ("first(items)", "the first item of a list, or None if it is empty", "items[0] if items else None", {"[4, 5]": 4, "[]": None}),
    ("count_vowels(text)", "how many of a, e, i, o, u are in the text, upper or lower case",
     "sum(letter in 'aeiou' for letter in text.lower())", {"'Hello'": 2, "'xyz'": 0, "'AEIOU'": 5}),
    ("is_palindrome(text)", "True if the text reads the same backwards, else False", "text == text[::-1]",
     {"'level'": True, "'ab'": False, "''": True}),
    ("mean(numbers)", "the arithmetic mean of a list that is not empty", "sum(numbers) / len(numbers)", {"[1, 2, 3]": 2, "[5]": 5}),
    ("shout(text)", "the text in upper case with an exclamation mark after it", "text.upper() + '!'", {"'hi'": "HI!", "''": "!"}),
    ("words(text)", "the number of words in a text, which are separated by spaces", "len(text.split())", {"'a bc d'": 3, "''": 0}),
    ("factorial(n)", "the factorial of n", "1 if n < 2 else n * factorial(n - 1)", {"0": 1, "5": 120}),
    ("unique(items)", "the list without repeated items, in the order of their first places", "list(dict.fromkeys(items))",
     {"[1, 2, 1, 3]": [1, 2, 3], "[]": []}),
    ("clamp(n, low, high)", "n, but at least low and at most high", "max(low, min(n, high))", {"5, 1, 3": 3, "0, 1, 3": 1, "2, 1, 3": 2}),
    ("positives(numbers)", "the numbers of a list that are greater than 0, in their order", "[n for n in numbers if n > 0]",
     {"[1, -2, 0, 3]": [1, 3], "[]": []}),
    ("fahrenheit(celsius)", "a temperature in degrees Fahrenheit", "celsius * 9 / 5 + 32", {"0": 32, "100": 212}),
    ("initials(name)", "the first letters of the words of a name, in upper case, without spaces",
     "''.join(word[0].upper() for word in name.split())", {"'ada lovelace'": "AL", "'bo'": "B"}),
    ("second_largest(numbers)", "the second largest of the distinct numbers of a list", "sorted(set(numbers))[-2]",
     {"[1, 5, 3]": 3, "[4, 4, 2]": 2}),
    ("gcd(a, b)", "the greatest common divisor of two positive integers", "a if b == 0 else gcd(b, a % b)", {"12, 18": 6, "7, 3": 1}),
]


def row(number, signature, result, body, calls):
    name = signature.split("(")[0]
    tests = "".join(f"    assert candidate({arguments}) == {value!r}\n" for arguments, value in calls.items())
    return {
        "task_id": f"Ours/{number}", "prompt": f'def {signature}:\n    """Return {result}."""\n', "entry_point": name,
        "canonical_solution": f"    return {body}\n", "test": f"def check(candidate):\n{tests}",
    }


def file(folder, count):
    """A file of that many functions or more, and its name."""
    beside = pathlib.Path(__file__).resolve().parents[3] / "shared" / "public-sets"
    known = pathlib.Path(os.environ.get("DIRGEN_PUBLIC_SETS") or beside) / "human-eval.jsonl.gz"
    if known.exists():
        with gzip.open(known, "rt", encoding="utf-8") as lines:
            assert sum(1 for _ in lines) >= count
        return known, "HumanEval"
    path = pathlib.Path(folder) / "functions.jsonl"
    path.write_text("".join(json.dumps(row(number, *entry)) + "\n" for number, entry in enumerate(OURS)))
    return path, "ours"
