#!/bin/sh
# newest.sh DIR [SUITE]: the assemblers of a later Debian release (sid, or SUITE), for check-oracle.
#
# They are unpacked below DIR with all they need, and run from there; nothing is installed, and apt's
# own lists are not touched. DIR/bin gets llvm-mc, as, objdump and nasm, so
#   tests/oracle/newest.sh /tmp/newest && make check-oracle ORACLE=/tmp/newest/bin
# Packages come from where apt takes those of this system.
set -eu
test $# -ge 1 || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2; }
suite=${2-sid}
mkdir -p "$1/bin" "$1/root" "$1/apt/lists/partial" "$1/apt/archives/partial"
dir=$(cd "$1" && pwd)
# shellcheck disable=SC2016 # apt expands these
site=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(SITE)' | awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }')
test -n "$site" || { echo "newest.sh: apt knows no Debian archive" >&2; exit 1; }

echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $suite main" >"$dir/apt/sources.list"
: >"$dir/apt/status"
cat >"$dir/apt/conf" <<END
Dir::State "$dir/apt";
Dir::State::Status "$dir/apt/status";
Dir::Cache "$dir/apt";
Dir::Etc::SourceList "$dir/apt/sources.list";
Dir::Etc::SourceParts "-";
APT::Sandbox::User "root";
END
APT_CONFIG=$dir/apt/conf
export APT_CONFIG
apt-get -q update
llvm=$(apt-cache pkgnames llvm- | grep '^llvm-[0-9]*$' | sort -t - -k 2 -n | tail -n 1)
apt-get -q -y --no-install-recommends --download-only install binutils-x86-64-linux-gnu "$llvm" nasm
for package in "$dir"/apt/archives/*.deb
do dpkg-deb --fsys-tarfile "$package" | tar -x -C "$dir/root" --keep-directory-symlink
done

libraries=$(dirname "$(find "$dir/root/" -name libc.so.6 | head -n 1)")
loader=$(find "$libraries" "$dir/root/" -name 'ld-linux*.so.*' | head -n 1)
wrap() # NAME PROGRAM
{
  test -x "$2" || { echo "newest.sh: $2 is not there" >&2; exit 1; }
  printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$loader" "$libraries:$(dirname "$2")/../lib" "$2" >"$dir/bin/$1"
  chmod +x "$dir/bin/$1"
  "$dir/bin/$1" --version | sed -n "/[0-9][.][0-9]/{s,^ *,$dir/bin/$1: ,p;q}"
}
wrap as "$dir/root/usr/bin/x86_64-linux-gnu-as"
wrap objdump "$dir/root/usr/bin/x86_64-linux-gnu-objdump"
wrap llvm-mc "$dir/root/usr/lib/$llvm/bin/llvm-mc"
wrap nasm "$dir/root/usr/bin/nasm"
