#!/bin/sh
# The Debian packages of the engines in this folder, without starting their services; nothing to do where all are there.
set -eu
packages=$("${PYTHON:-python3}" "$(dirname "$0")/packages.py")
[ -n "$packages" ] || exit 0
command -v apt-get >/dev/null || { echo "no apt-get here; the tests on real engines need: $packages" >&2; exit 1; }
sudo=
[ "$(id -u)" -eq 0 ] || sudo=$(command -v sudo) || { echo "root or sudo is needed to install: $packages" >&2; exit 1; }

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap '$sudo rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
  $sudo chmod 755 "$policy"
fi
install() {
  # shellcheck disable=SC2086 # several packages in one word
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends $packages
}
install || { $sudo apt-get update --quiet && install; }
