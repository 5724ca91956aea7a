# Finds a Python for bin/demo and bin/test, which source this: sets `python` to its path.

unset PYTHONHOME PYTHONPATH  # another program's packages are not ours

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
makes_venvs() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

python=
for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14 python; do
    if fits "$candidate"; then
        python=${python:-$candidate}
        if makes_venvs "$candidate"; then
            python=$candidate
            break
        fi
    fi
done

if [ -z "$python" ]; then
    echo "No Python 3.11 or newer was found; install one, or set PYTHON to its path." >&2
    exit 1
fi
if ! makes_venvs "$python"; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Python $version here cannot make virtual environments; install its venv module" \
        "(Debian, Ubuntu: apt install python$version-venv)." >&2
    exit 1
fi
