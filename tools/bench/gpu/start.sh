#!/bin/sh
# cxr-ifa's bench of GPUs with all that it needs inside, for x86-64 Linux: sh cxr-ifa-gpu-bench.run [--quick] [--out FOLDER] [--python PYTHON]
# Unpacks itself into a folder of its own, which it deletes at the end, and runs main.mjs.
set -eu
say() { echo "Cannot run the bench as $1" >&2; exit 1; }
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || say "it was packed for Linux on x86-64, and this is $(uname -s) on $(uname -m)"
for tool in tail tar gzip mktemp; do command -v "$tool" >/dev/null || say "$tool is not there: install it"; done
folder=$(mktemp -d "${TMPDIR:-/tmp}/cxr-ifa-gpu-bench-XXXXXX") || say "${TMPDIR:-/tmp} cannot be written to: set TMPDIR"
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
tail -n +"$(($(grep -an '^__ARCHIVE__$' "$0" | cut -d: -f1) + 1))" "$0" | tar -xf - -C "$folder" || say "${TMPDIR:-/tmp} has no room for 150 MB: set TMPDIR"
gzip -d "$folder/node.gz" && chmod +x "$folder/node"
"$folder/node" --version >/dev/null || say "Node.js does not start: it needs glibc 2.34 and libstdc++, and a folder for temporary files that may hold programs (set TMPDIR)"
"$folder/node" "$folder/unpack.mjs" || say "the archive is damaged: copy it again"
"$folder/node" "$folder/main.mjs" "$@"
exit
__ARCHIVE__
