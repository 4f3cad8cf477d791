# session.awk - a session as a script of sh. Lines '$ COMMAND' and '> MORE' are run in a new folder for each '== NAME', and the
# script prints all lines again, each command with what it writes in this run.
function flush() {
  if (command != "") {
    print "cat <<'SESSION_END'\n" shown "SESSION_END"
    print command "\n} 2>&1"
  }
  command = shown = ""
}
/^== / { flush(); parts++; print "cat <<'SESSION_END'\n" $0 "\nSESSION_END\nnew_folder"; next }
/^#/ && !parts { flush(); print "cat <<'SESSION_END'\n" $0 "\nSESSION_END"; next }
/^\$ / { flush(); shown = $0 "\n"; command = "{ " substr($0, 3); next }
/^> / { shown = shown $0 "\n"; command = command "\n" substr($0, 3); next }
END { flush() }
