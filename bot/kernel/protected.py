"""Paths that no change may touch, and paths that are not what they seem."""

import re
import sys
import unicodedata
from fnmatch import fnmatchcase

from bot.kernel.values import Kind

# A pattern with a slash inside starts at the root; without one it names a file or folder anywhere.
# Either way everything below a match is matched too.
_PROTECTED = """
    bot/kernel tests/kernel .git* .ci .circleci .travis.yml .buildkite .drone.yml .woodpecker*
    .cirrus.* .semaphore .teamcity jenkinsfile* azure-pipelines* bitbucket-pipelines.yml
    *appveyor.yml cloudbuild.y*ml codecov.y*ml .codecov.y*ml .pre-commit-config.y*ml renovate.json*
    .renovaterc* codeowners agents.md agents.*.md claude.md claude.*.md gemini.md .claude .cursor*
    .windsurf* .clinerules* .aider* .mcp.json .codex .continue .junie .roo* .goosehints
    copilot-instructions.md *.instructions.md *.prompt.md .devcontainer conftest.py pytest.ini
    .pytest.ini pytest.toml .pytest.toml tox.ini tox.toml noxfile.py .coveragerc makefile
    gnumakefile justfile .justfile taskfile.y*ml rakefile .rspec phpunit.xml* jest.config.*
    vitest.config.* vitest.workspace.* karma.conf.* playwright.config.* .mocharc* cypress.config.*
    ava.config.* .nycrc* vite.config.* tsconfig.json bunfig.toml babel.config.* .babelrc* build.rs
    .config/nextest.toml hatch.toml phpunit.dist.xml wdio.conf.* action.y*ml .forgejo
    .azure-pipelines .azuredevops .tekton .build.yml .builds dockerfile* compose*.y*ml
    docker-compose*.y*ml .goreleaser.y*ml .husky lefthook.y*ml .envrc .vscode .idea agent.md .kiro
    .amazonq .trae qwen.md warp.md node_modules .venv venv .evolve* sitecustomize usercustomize
    pytest unittest pluggy iniconfig coverage xdist _pytest *.pth sitecustomize.py usercustomize.py
    pytest.py unittest.py pluggy.py *.dist-info *.egg-info
"""
_MANIFESTS = """
    *.lock *.lockb *.lock.json pyproject.toml setup.py setup.cfg pipfile requirements*.txt
    requirements*.in constraints*.txt requirements/*.txt environment.y*ml package.json
    package-lock.json npm-shrinkwrap.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc .yarnrc* .yarn
    deno.json* cargo.toml .cargo rust-toolchain* go.mod go.sum go.work* gemfile* gems.* *.gemspec
    composer.json pom.xml build.gradle* settings.gradle* gradle.properties gradle/* gradlew* mvnw*
    .mvn *.csproj *.fsproj *.vbproj *.props *.targets packages.config nuget.config global.json
    mix.exs pubspec.y*ml package.swift package.resolved *.cabal stack.yaml* cabal.project* deps.edn
    project.clj build.sbt vcpkg.json conanfile.* flake.nix
"""
_TESTS = """
    tests test __tests__ *.tests *tests test_*.py *_test.py *_tests.py tests.py test.py *_test.go
    *_spec.rb *_test.rb testdata __snapshots__ *.snap spec specs e2e features cypress *.bats
    *_test.c* *_unittest.c* *.cy.[jt]s *.cy.[jt]sx *.test.[jt]s *.test.[jt]sx *.test.[cm][jt]s
    *.spec.[jt]s *.spec.[jt]sx *.spec.[cm][jt]s
"""
PROTECTED, MANIFESTS, TEST_GLOBS = (
    tuple(globs.split()) for globs in (_PROTECTED, _MANIFESTS, _TESTS)
)


def canonical(path: str) -> str:
    """One spelling for all paths that some file system takes for the same file."""
    folded = unicodedata.normalize("NFKC", path).casefold()
    return unicodedata.normalize("NFKC", folded)


def matches(path: str, globs: tuple[str, ...]) -> str | None:
    """The first pattern that covers the path or a folder above it; ``*`` crosses slashes."""
    parts = canonical(path).split("/")
    ends = range(1, len(parts) + 1)
    for glob in globs:
        pattern = canonical(glob).strip("/").removesuffix("/**")
        wanted = pattern.removeprefix("**/")
        starts = range(len(parts)) if wanted != pattern else range(1)
        spans = ("/".join(parts[start:end]) for start in starts for end in ends if start < end)
        if any(fnmatchcase(one, wanted) for one in (spans if "/" in wanted else parts)):
            return glob
    return None


def protected_by(path: str, kind: Kind, extra: tuple[str, ...] = ()) -> str | None:
    """The pattern that protects the path from a change of this kind, if any."""
    manifests = () if kind is Kind.DEPENDENCY else MANIFESTS
    return matches(path, (*PROTECTED, *manifests, *extra))


def shadows(path: str) -> str | None:
    """The module of Python's library that this file at the root, or its folder, stands before."""
    top, _, below = canonical(path).partition("/")
    name = top.removesuffix(".py")
    return name if (below or top).endswith(".py") and name in sys.stdlib_module_names else None


def escapes(path: str) -> str | None:
    """Why the path is not a plain file inside the repository, if it is not."""
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for c in path):
        return "holds a control or invisible character"
    if "\\" in path or ":" in path:
        return "holds a backslash or a colon"
    for part in path.split("/"):
        if part in ("", ".", "..") or part != part.rstrip(" ."):
            return "is absolute, climbs, or ends in a dot or space"
        if canonical(part) == ".git" or re.search(r"~\d+(?:\.|$)", part):
            return "enters .git or looks like a short name"
    return None
