#!/usr/bin/env bash
# Everything that `make` needs, from nothing but Python 3.11, git and make: a pinned uv in
# .cache/uv, the locked packages in .venv, and bubblewrap. Running it again changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
TOOLS=.cache/uv

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 3; }

# Debian's packages when root, else the one line that a person has to run.
need_packages() {
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >&2 && apt-get install -y -qq --no-install-recommends "$@" >&2 && return
  fi
  fail "please run:  sudo apt-get update && sudo apt-get install -y $*   and then make again"
}

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  fail "Python 3.11 or newer is needed:  sudo apt-get install -y python3"
}

# Debian splits ensurepip from Python: a venv without it fails, or comes without pip.
install_uv() {
  local python=$1
  if [ "$("$TOOLS/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" = "$UV_VERSION" ]; then return; fi
  "$python" -c 'import ensurepip, venv' 2>/dev/null || need_packages "$(basename "$python")-venv"
  rm -rf "$TOOLS"
  "$python" -m venv "$TOOLS"
  "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
}

install_sandbox() {
  local missing=()
  command -v bwrap >/dev/null || missing+=(bubblewrap)
  command -v setpriv >/dev/null && command -v prlimit >/dev/null || missing+=(util-linux)
  if [ "${#missing[@]}" -gt 0 ]; then need_packages "${missing[@]}"; fi
}

command -v git >/dev/null || need_packages git
python=$(find_python)
install_sandbox
install_uv "$python"
# Machines behind a proxy know its certificate; uv alone would only know the public ones.
if [ -s /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"; fi
# The system's own Python: uv could not download another one everywhere. An environment made by
# hand is kept when its Python fits.
UV_PYTHON_DOWNLOADS=never "$TOOLS/bin/uv" sync --frozen --quiet --python "$python"
say "set up: .venv with $("$python" --version), $(bwrap --version)"
