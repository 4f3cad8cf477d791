# first.py - makes a function that adds two integers, and calls it.
import dasm

add = dasm.function("int(int, int)", """
    lea eax, [rdi+rsi]
    ret
""")
print("40 + 2 =", add(40, 2))

# n is no register: it is a value that Python gives when the code is made.
add_seven = dasm.function("int(int)", "lea eax, [rdi+n]; ret", n=7)
print("40 + 7 =", add_seven(40))
