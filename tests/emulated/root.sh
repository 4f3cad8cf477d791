#!/bin/sh
# root.sh DIR [ARCHITECTURE]: Python and Lua of another processor (arm64), with what modules for them need.
#
# They are packages of this system's release of Debian, unpacked below DIR; nothing is installed, and apt's own lists are
# not touched. An emulator runs them there:
#   tests/emulated/root.sh /tmp/arm64 && make check TESTS=tests/arm64_bindings.sh A64_ROOT=/tmp/arm64
# Packages come from where apt takes those of this system.
set -eu
test $# -ge 1 || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
architecture=${2-arm64}
mkdir -p "$1/apt/lists/partial" "$1/apt/archives/partial"
dir=$(cd "$1" && pwd)
# shellcheck disable=SC2016 # apt expands these
site=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(SITE)' | awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
if test -z "$site" || test -z "$suite"; then echo "root.sh: apt knows no Debian archive" >&2; exit 1; fi

echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $suite main" >"$dir/apt/sources.list"
: >"$dir/apt/status"
cat >"$dir/apt/conf" <<END
APT::Architecture "$architecture";
APT::Architectures "$architecture";
APT::Sandbox::User "root";
Dir::State "$dir/apt";
Dir::State::Status "$dir/apt/status";
Dir::Cache "$dir/apt";
Dir::Etc::SourceList "$dir/apt/sources.list";
Dir::Etc::SourceParts "-";
END
APT_CONFIG=$dir/apt/conf
export APT_CONFIG
apt-get -q update
apt-get -q -y --no-install-recommends --download-only install python3-minimal libpython3-dev lua5.4 liblua5.4-dev \
  luajit libluajit-5.1-dev libcapstone-dev libffi-dev
for package in "$dir"/apt/archives/*.deb
do dpkg-deb --fsys-tarfile "$package" | tar -x -C "$dir" --keep-directory-symlink
done
rm -rf "$dir/apt"
