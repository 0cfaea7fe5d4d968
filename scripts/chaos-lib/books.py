"""Our books of attempts against the simulator's ledger of what it billed.

Requests are joined by the name the provider gave them. A charge whose name we were never told (its connection died, its caller left,
its process was killed) must be covered by an attempt of the same model and key whose cost we do not claim to know.
"""

import collections
import json
import sqlite3

PICO = 1_000_000_000_000


def pico(text):
    """Decimal dollars as whole pico-dollars."""
    if text is None:
        return 0
    whole, _, part = str(text).partition(".")
    return int(whole) * PICO + int((part + "0" * 12)[:12])


def name(row):
    headers = json.loads(row["headers"] or "{}")
    if row["model"].startswith("gemini/"):
        return row["response_id"]
    return headers.get("x-request-id") or headers.get("request-id")


def compare(path, entries, kills, unwritten=0):
    """Every claim about the books. A killed server takes the calls of its last moment with it, `unwritten` at most of all that were killed:
    no record names them, the lease of budget that it held pays for them."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    ids = database.execute("SELECT count(*), count(DISTINCT id) FROM attempts").fetchone()
    yield ids[0] == ids[1], f"{ids[0]} attempts in the database, {ids[1]} of them different"
    rows = database.execute("SELECT * FROM attempts WHERE model NOT LIKE 'local/%'").fetchall()
    charges = {entry["request_id"]: entry for entry in entries if entry["provider"] != "local"}
    agreed = named = ours = 0
    strangers, differing, low = [], [], []
    unknown = collections.Counter()
    for row in rows:
        request = name(row)
        charge = charges.pop(request, None) if request else None
        if request and charge is None:
            strangers.append(f"{row['id']} {request}")
        cost = row["billed_pusd"] if row["billed_pusd"] is not None else row["computed_pusd"]
        # Left by a killed process and settled at its worst case: a bound, no claim to know.
        cost = None if row["assumed"] else cost
        billed = pico(charge["cost_usd"]) if charge else 0
        if cost is None:
            if charge is None:
                unknown[(row["model"], row["key_fingerprint"])] += 1
            else:
                named += 1
                if row["worst_pusd"] is not None and billed > row["worst_pusd"]:
                    low.append(row["id"])
            continue
        ours += cost
        agreed += cost == billed
        if cost != billed:
            differing.append(f"{row['id']} {row['model']} {row['class']}: {cost} booked, {billed} billed")
    yield not strangers, f"{len(strangers)} attempts that the ledger does not know, or we booked twice {strangers[:3]}"
    yield not differing, f"{agreed} costs agree to the pico-dollar ({ours / PICO:.6f} USD), {len(differing)} do not {differing[:3]}"
    lost, covered = [], 0
    for charge in charges.values():
        if not pico(charge["cost_usd"]):
            continue
        till = (f"{charge['provider']}/{charge['model']}", charge["key"])
        if unknown[till] > 0:
            unknown[till] -= 1
            covered += 1
        else:
            lost.append(f"{charge['request_id']} {till}")
    holder = f", for the leases of killed servers (at most {unwritten})" if unwritten else ""
    yield len(lost) <= unwritten, f"{len(lost)} charges in no book of ours{holder} {lost[:3]}"
    yield not low, f"{named} charges known by name with unknown cost, {covered} without: all within what was set aside, but for {len(low)}"
    pending = database.execute("SELECT count(*) FROM attempts WHERE state = 'reserved'").fetchone()[0]
    yield pending == 0 or kills > 0, f"{pending} attempts of killed processes stay reserved at their worst case ({kills} kills)"
    open_calls = database.execute("SELECT count(*) FROM calls WHERE state = 'open'").fetchone()[0]
    yield open_calls == 0 or kills > 0, f"{open_calls} calls of killed processes stay open"
    check = database.execute("PRAGMA integrity_check").fetchone()[0]
    yield check == "ok", f"the database is sound: {check}"
