#!/usr/bin/env bash
# Installs the Debian packages named, where the command of that name is missing: as root, or says what to run.
set -euo pipefail
missing=()
for name in "$@"; do
  command -v "$name" >/dev/null || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need: ${missing[*]}. Install them first:  sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
