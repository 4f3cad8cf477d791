#!/bin/sh
# cost.sh PROGRAM - how many instructions the functions cost_* of the program take, by valgrind's callgrind: cost.dasc.
for step in setup put_bytes put_value put_register put_address put_branch put_label put_six_lines link encode publish_and_free
do
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect="cost_$step*" "$1" 2>&1 >/dev/null |
    awk -v step="$step" '/Collected/ { print step, $4 }'
done
