#!/bin/sh
# session.sh - the sessions of the manual (doc/examples/session): the commands are run, and what they print is compared. Each
# option of dasmc has a part, and each directive has one, or is in another example that is run.
. "$top_srcdir/tests/lib.sh"

folder=$top_srcdir/doc/examples/session
mkdir bin parts
cat >bin/dasmc <<END
#!/bin/sh
exec "$DASMC" "\$@"
END
chmod +x bin/dasmc
PATH=$PWD/bin:$PATH
n=0
new_folder()
{
  n=$((n + 1))
  mkdir "$scratch/parts/$n" && cd "$scratch/parts/$n" && cp "$folder/add.dasc" "$folder/words.inc" . && chmod u+w ./*
}
awk -f "$top_srcdir/tests/session.awk" "$folder/dasmc.session" >script
(. ./script) >got 2>&1
try "the session has commands" test "$n$(grep -c '^[$]' got)" -gt 20
try "what dasmc prints" diff got "$folder/dasmc.session"

for option in $("$DASMC" --help | sed -n 's/^ *\(--\{0,1\}[A-Za-z-]*\).*/\1/p')
do
  try "an example of $option" grep -q -x -e "== $option" "$folder/dasmc.session"
done
{
  grep '^== \.' "$folder/dasmc.session"
  cat "$top_srcdir/doc/examples/language.dasc"
  grep -h '^   .* // [0-9a-f][0-9a-f]' "$top_srcdir"/doc/language/*.rst
} >examples
for directive in $("$DASMC" -A x64 --list=directives | cut -f 1)
do
  pattern=$(echo "$directive" | sed 's/\./[.]/')
  try "an example of $directive" grep -q -e "\(^\|[^a-z.]\)$pattern\([^a-z]\|\$\)" examples
done
finish
