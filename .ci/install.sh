#!/bin/sh
# Makes .venv hold exactly what the given requirements file says, and the project itself. Called by make, from the root.
set -eu

requirements=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "Peergang needs Python 3.11 or later as $python; install it, or name it: make PYTHON=python3.12 run." >&2
    exit 1
}
echo "Installing ${requirements##*/} …"
if ! [ -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    "$python" -m venv --clear .venv || {
        echo "Python's venv module is missing; on Debian or Ubuntu install it with: apt-get install python3-venv." >&2
        exit 1
    }
fi

pip() {
    .venv/bin/python -m pip --disable-pip-version-check "$@"
}

# A machine may reach its registry only through what pip was told, so uv is told the same.
index=$(pip config get global.index-url 2>/dev/null || true)
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}
[ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
certificates=$(pip config get global.cert 2>/dev/null || true)
certificates=${PIP_CERT:-$certificates}
[ -z "$certificates" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$certificates}"
export UV_LINK_MODE="${UV_LINK_MODE:-copy}" UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-120}" VIRTUAL_ENV="$PWD/.venv"

pip install --quiet --require-hashes -r requirements/build.txt
# pip follows settings that uv does not know, so it has the last word; it only is slower and removes nothing.
.venv/bin/python -m uv pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python \
    "$requirements" ||
    pip install --quiet --require-hashes -r "$requirements"
.venv/bin/python -m uv pip install --quiet --no-deps --no-build-isolation --offline --python .venv/bin/python -e . ||
    pip install --quiet --no-deps --no-build-isolation --no-index -e .
