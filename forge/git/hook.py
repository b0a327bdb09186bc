"""The update hook: the last word on a push, run by git when the objects have arrived.

Whether a push is a fast-forward can only be known then, so the bridge hands the rules down in the
environment and this hook applies them, one ref at a time, as GitHub does.
"""

from dataclasses import dataclass

RULES_VARIABLE = "FORGE_REF_RULES"
WORKFLOWS_VARIABLE = "FORGE_WORKFLOWS"
SIGNED_COMMITS = "signed-commits"
"""The file in a repository that lists the commits which the forge signed, one a line."""

WORKFLOWS_REFUSED = "refuse"
"""The value of `WORKFLOWS_VARIABLE` for an App that lacks the permission `workflows: write`."""


@dataclass(frozen=True, slots=True)
class RefRule:
    """What a push may not do to one ref; `message` is what the person who pushes reads."""

    ref: str
    forbids: frozenset[str]
    """Of `update` (every push), `force` (no fast-forward), `delete` and `unsigned` (a new commit
    that the forge did not sign)."""
    message: str


def encode_rules(rules: tuple[RefRule, ...]) -> str:
    """The rules as the hook reads them: one line a rule, fields separated by tabs."""
    return "".join(
        f"{rule.ref}\t{','.join(sorted(rule.forbids))}\t{' '.join(rule.message.split())}\n"
        for rule in rules
    )


UPDATE_HOOK = r"""#!/bin/sh
# Applies the rules in FORGE_REF_RULES to one ref update: $1 ref, $2 old object, $3 new object.
zero=0000000000000000000000000000000000000000
tab=$(printf '\t')

refuse() {
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "error: $2" >&2
    exit 1
}

if [ "$FORGE_WORKFLOWS" = refuse ] && [ "$3" != "$zero" ]; then
    file=$(git log --format= --name-only "$3" --not --all -- .github/workflows | head -n 1)
    if [ -n "$file" ]; then
        echo "error: refusing to allow a GitHub App to create or update workflow \`$file\`" \
            "without \`workflows\` permission" >&2
        exit 1
    fi
fi

printf '%s' "$FORGE_REF_RULES" | while IFS="$tab" read -r ref forbids message; do
    [ "$ref" = "$1" ] || continue
    case ",$forbids," in *,update,*) refuse "$1" "$message" ;; esac
    case ",$forbids," in
    *,delete,*) [ "$3" = "$zero" ] && refuse "$1" "Cannot delete this protected branch" ;;
    esac
    case ",$forbids," in
    *,force,*)
        if [ "$2" != "$zero" ] && [ "$3" != "$zero" ] && ! git merge-base --is-ancestor "$2" "$3"
        then
            refuse "$1" "Cannot force-push to this protected branch"
        fi
        ;;
    esac
    case ",$forbids," in
    *,unsigned,*)
        touch signed-commits
        news="$2..$3"
        [ "$2" = "$zero" ] && news="$3 --not --all"
        [ "$3" = "$zero" ] && continue
        bad=$(git rev-list $news | grep -vxF -f signed-commits | head -n 1)
        [ -n "$bad" ] && refuse "$1" "Commits must have verified signatures. Found: $bad"
        ;;
    esac
done
"""
