"""How each file answers the question, by many measures; what they weigh is `rank`'s affair."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.kernel.values import Sha
from bot.stages.select.bm25 import Field, rarity
from bot.stages.select.mentions import mentions
from bot.stages.select.paths import Role, path_terms, role_of
from bot.stages.select.port import Index
from bot.stages.select.question import Question
from bot.stages.select.segment import NAME, SAID, SYMBOL

VOTERS = 60
TITLE = 3.0


@dataclass(frozen=True, slots=True)
class View:
    """The files and commits of one base: paths by document number, lengths, the newest commits."""

    paths: Mapping[int, tuple[str, ...]]
    roles: Mapping[str, Role]
    lengths: Mapping[int, int]
    names: Mapping[int, int]
    commits: Mapping[int, int]
    ages: Mapping[int, int]


def view(index: Index, blobs: Mapping[str, Sha], recent: Iterable[Sha]) -> View:
    """What of the index is alive: `blobs` by path, and the commits, newest first."""
    known = index.documents()
    paths: dict[int, tuple[str, ...]] = {}
    lengths: dict[int, int] = {}
    names: dict[int, int] = {}
    for path, sha in blobs.items():
        number, lengths_of, names_of = known[sha]
        paths[number] = (*paths.get(number, ()), path)
        lengths[number], names[number] = lengths_of, names_of
    commits = {known[sha][0]: known[sha][1] for sha in recent}
    ages = {known[sha][0]: age for age, sha in enumerate(recent)}
    return View(paths, {path: role_of(path) for path in blobs}, lengths, names, commits, ages)


def signals(index: Index, seen: View, question: Question) -> dict[str, dict[str, float]]:
    """Each measure by its name: path to value, larger is better; a path left out has 0."""
    weights = question.weights(TITLE)
    asked = [prefix + term for term in weights for prefix in ("", SYMBOL, SAID)]
    words = question.names | question.title_words
    asked += [NAME + name for name in words]
    postings = index.postings(asked)
    source = {
        n: length
        for n, length in seen.lengths.items()
        if any(seen.roles[path] is Role.SOURCE for path in seen.paths[n])
    }
    tests = {n: length for n, length in seen.lengths.items() if n not in source}
    text, symbols = Field(source), Field({n: seen.names[n] for n in source}, b=0.5)
    found = {
        "text": text.scores(weights, postings),
        "title": text.scores(question.title, postings),
        "body": text.scores(question.body, postings),
        "symbols": symbols.scores(weights, postings, SYMBOL),
        "symbols_title": symbols.scores(question.title, postings, SYMBOL),
        "names": _defining(question.names, postings, source),
        "names_title": _defining(question.title_words, postings, source),
    }
    by_path = {
        name: {path: v for n, v in scores.items() for path in seen.paths[n]}
        for name, scores in found.items()
    }
    sources = [path for path, role in seen.roles.items() if role is Role.SOURCE]
    by_path["path"] = _path_scores(weights, sources)
    by_path["path_title"] = _path_scores(question.title, sources)
    by_path["mention"] = mentions(question, sources)
    by_path["path_last"], by_path["path_prefix"] = _last(weights, question.title, sources)
    by_path["stub"] = {p: 1.0 for p in sources if p.endswith((".d.ts", ".pyi"))}
    by_path["markup"] = {
        p: 1.0
        for p in sources
        if p.rpartition(".")[2]
        in (
            "html",
            "css",
            "scss",
            "less",
            "sql",
            "sh",
            "bash",
            "jinja",
            "j2",
            "tmpl",
            "proto",
            "l",
            "y",
            "yy",
            "ll",
        )
    }
    by_path["long"] = {
        p: __import__("math").log1p(seen.lengths[n]) for n in source for p in seen.paths[n]
    }
    by_path |= votes(index, seen, weights, postings)
    by_path |= {
        k + "_title": v
        for k, v in votes(index, seen, question.title, postings).items()
        if k in ("votemax", "votes", "history")
    }
    by_path["frame"] = _frames(question.text, sources)
    by_path |= tested(Field(tests).scores(weights, postings), seen, sources)
    return by_path


def _defining(
    names: Iterable[str], postings: Mapping[str, "array[int]"], source: Mapping[int, int]
) -> dict[int, float]:
    found: dict[int, float] = {}
    for name in names:
        holders = {p >> 8 for p in postings.get(NAME + name, ()) if p >> 8 in source}
        for number in holders:
            found[number] = (
                found.get(number, 0.0) + rarity(len(source), len(holders)) / len(holders) ** 0.5
            )
    return found


def _path_scores(weights: Mapping[str, float], paths: Iterable[str]) -> dict[str, float]:
    bags = {path: (path_terms(path), path_terms(path.rpartition("/")[2])) for path in paths}
    holding: dict[str, int] = {}
    for terms, _ in bags.values():
        for term in set(terms):
            holding[term] = holding.get(term, 0) + 1
    found = {}
    for path, (terms, last) in bags.items():
        value = sum(weights[t] * rarity(len(bags), holding[t]) for t in set(terms) if t in weights)
        value += sum(weights[t] * rarity(len(bags), holding[t]) for t in set(last) if t in weights)
        if value:
            found[path] = value / (2 + len(set(last)))
    return found


def votes(index, seen, weights, postings):
    scored = Field(seen.commits).scores(weights, postings, SAID)
    best = sorted(scored, key=lambda n: -scored[n])[:VOTERS]
    notes = index.notes(seen.commits)
    touched = {n: [p for p in note.split("\n") if p] for n, note in notes.items()}
    out = {"votes": {}, "votes1": {}, "votes2": {}, "votemax": {}, "often": {}, "recentness": {}}
    top = scored[best[0]] if best else 1.0
    for n in best:
        ps = [p for p in touched[n] if seen.roles.get(p) is Role.SOURCE]
        if not ps or len(ps) > 40:
            continue
        s = scored[n] / top
        for p in ps:
            out["votes"][p] = out["votes"].get(p, 0) + s * s / len(ps) ** 0.5
            out["votes1"][p] = out["votes1"].get(p, 0) + s / len(ps) ** 0.5
            out["votes2"][p] = out["votes2"].get(p, 0) + s**4 / len(ps) ** 0.5
            out["votemax"][p] = max(out["votemax"].get(p, 0), scored[n] / len(ps) ** 0.25)
    for n, ps in touched.items():
        for p in ps:
            if seen.roles.get(p) is Role.SOURCE:
                out["often"][p] = out["often"].get(p, 0) + 1 / len(ps)
                out["recentness"][p] = max(
                    out["recentness"].get(p, 0), 1 / (1 + seen.ages[n] / 200)
                )
    import math

    out["often"] = {p: math.log1p(v) for p, v in out["often"].items()}
    # history as a document: BM25 over concatenated messages
    docs, lens = {}, {}
    for n, ps in touched.items():
        if len(ps) > 40:
            continue
        for p in ps:
            if seen.roles.get(p) is Role.SOURCE:
                docs.setdefault(p, []).append(n)
                lens[p] = lens.get(p, 0) + seen.commits[n]
    hist = {}
    if lens:
        from bot.stages.select.bm25 import rarity as r

        mean = sum(lens.values()) / len(lens)
        inv = {}
        for p, ns in docs.items():
            for n in ns:
                inv.setdefault(n, []).append(p)
        for t, w in weights.items():
            tf = {}
            for post in postings.get(SAID + t, ()):
                for p in inv.get(post >> 8, ()):
                    tf[p] = tf.get(p, 0) + 1
            if tf:
                idf = r(len(lens), len(tf))
                for p, c in tf.items():
                    hist[p] = hist.get(p, 0) + w * idf * c * 2.2 / (
                        c + 1.2 * (0.25 + 0.75 * lens[p] / mean)
                    )
    out["history"] = hist
    return out


def tested(scores, seen, sources):
    """Tests that answer the question speak for the files named as they are."""
    best = sorted(scores, key=lambda n: -scores[n])[:15]
    top = scores[best[0]] if best else 1.0
    terms = {}
    hold = {}
    for p in sources:
        terms[p] = set(path_terms(p))
        for t in terms[p]:
            hold[t] = hold.get(t, 0) + 1
    out = {}
    for n in best:
        for tp in seen.paths[n]:
            tt = set(path_terms(tp)) - {"test"}
            for p in sources:
                common = tt & terms[p]
                if common:
                    v = sum(rarity(len(sources), hold[t]) for t in common)
                    full = sum(rarity(len(sources), hold[t]) for t in terms[p]) + 1e-9
                    s = (scores[n] / top) * v * v / full
                    if s > out.get(p, 0):
                        out[p] = s
    return {"tested": out}


def _frames(text, sources):
    """Files of traceback lines: the later the frame the more."""
    import re

    out = {}
    frames = [m.group(1) for m in re.finditer(r'([\w./\\-]+\.\w+)"?(?:, line |:|#L|\()(\d+)', text)]
    for i, f in enumerate(frames):
        for p in sources:
            if f == p or f.endswith("/" + p) or p.endswith("/" + f):
                out[p] = max(out.get(p, 0), 1 / (len(frames) - i) ** 0.5)
    return out


def _last(weights, title, sources):
    bags = {
        p: set(
            path_terms(
                p.rpartition("/")[2]
                if not p.rpartition("/")[2].startswith(("__init__", "index.", "mod.rs", "lib.rs"))
                else "/".join(p.split("/")[-2:-1]) + ".x"
            )
        )
        for p in sources
    }
    holding = {}
    for terms in bags.values():
        for t in terms:
            holding[t] = holding.get(t, 0) + 1
    last, prefix = {}, {}
    N = len(sources)
    vocab = {}
    for t in holding:
        if len(t) >= 4:
            best = 0.0
            for q, w in weights.items():
                if len(q) >= 4 and q != t and q[0] == t[0] and (q.startswith(t) or t.startswith(q)):
                    best = max(best, w * min(len(q), len(t)) / max(len(q), len(t)))
            if best:
                vocab[t] = best
    for p, terms in bags.items():
        full = sum(rarity(N, holding[t]) for t in terms) + 1.0
        v = sum(weights[t] * rarity(N, holding[t]) for t in terms if t in weights)
        if v:
            last[p] = v / full
        x = sum(vocab[t] * rarity(N, holding[t]) for t in terms if t in vocab)
        if x:
            prefix[p] = x / full
    return last, prefix
