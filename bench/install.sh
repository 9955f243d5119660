#!/bin/sh
# Installs the peers with Debian's package manager, as far as it may. What is not there afterwards is left out of the
# comparison, by name.
packages='gcc libc6-dev libopenblas-dev libblis-dev libdnnl-dev python3-numpy python3-torch python3-pandas python3-sklearn'

missing=
for p in $packages; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "no apt-get here; not installed:$missing"
  exit 0
fi
as_root=
[ "$(id -u)" = 0 ] || as_root='sudo -n'
if ! $as_root true 2>/dev/null; then
  echo "only root may install; to compare with all peers: apt-get install$missing"
  exit 0
fi
$as_root apt-get update -q
for p in $missing; do # one at a time: what cannot be had does not keep the others away
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$p" || echo "not installed: $p"
done
exit 0
