"""A tiny repository with a wrong subtraction, and what its issue says."""

from forge.actors import Edit, Problem

FILLER = "".join(f"# line {n}\n" for n in range(30))
CALC = f"{FILLER}def sub(a, b):\n    return a + b\n"
TESTS = "from calc import sub\n\n\ndef main():\n    assert sub(0, 0) == 0\n\n\nmain()\n"
WORKFLOW = "name: ci\non: push\njobs:\n  test:\n    steps:\n      - run: python test_calc.py\n"

SUB = Problem(
    marker="sub(3, 1)",
    change=(Edit("calc.py", "    return a + b\n", "    return a - b\n"),),
    tests=(
        Edit(
            "test_calc.py",
            "    assert sub(0, 0) == 0\n",
            "    assert sub(0, 0) == 0\n    assert sub(3, 1) == 2\n",
        ),
    ),
    summary="Subtract instead of adding.",
)
ISSUE = "sub(3, 1) gives 4\n\nIt should give 2."
