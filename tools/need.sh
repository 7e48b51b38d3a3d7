#!/usr/bin/env bash
# Installs the Debian packages named, where what they bring is missing: as root, or says what to run.
set -euo pipefail

present() { # a command of the package's name; PostgreSQL's server lies off PATH
  case "$1" in
    tesseract-ocr) command -v tesseract ;;
    tesseract-ocr-*) compgen -G "/usr/share/tesseract-ocr/*/tessdata/${1##*-}.traineddata" ;;
    postgresql) command -v postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' ;;
    default-jre-headless) command -v java ;;
    libicu-dev) pkg-config --exists icu-i18n ;;
    *) command -v "$1" ;;
  esac >/dev/null
}

missing=()
for name in "$@"; do
  present "$name" || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
  echo "The tests need: ${missing[*]}. Install them first:  sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
# Targets of `make` that run side by side come here one after the other: apt refuses a second one.
exec 9>/run/lock/asylia-need
flock 9
# The tests start a server of their own: have Debian make and start none.
without=/etc/postgresql-common/createcluster.d/asylia-tests.conf
trap 'rm -f "$without"' EXIT
case " ${missing[*]} " in *" postgresql "*)
  mkdir -p "${without%/*}"
  echo "create_main_cluster = false" >"$without" ;;
esac
apt-get update -qq 9>&-
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 9>&-
