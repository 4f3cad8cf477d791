"""Dot products of doubles with SIMD:  python dot.py [plot.png]

The widest code that this processor can run is made: AVX with FMA, or SSE2. Works on array('d') and NumPy
arrays alike, without copying.
"""

import array
import sys
import time

import dasm


def has(*features):
    try:
        with open("/proc/cpuinfo") as f:
            flags = next((line for line in f if line.startswith("flags")), "").split()
    except OSError:
        return False
    return all(f in flags for f in features)


SSE2 = """
  xorps xmm0, xmm0
  xorps xmm1, xmm1
  mov rcx, rdx
  shr rcx, 2
  jz >2
1:
  movupd xmm2, [rdi]
  movupd xmm3, [rsi]
  mulpd xmm2, xmm3
  addpd xmm0, xmm2
  movupd xmm4, [rdi+16]
  movupd xmm5, [rsi+16]
  mulpd xmm4, xmm5
  addpd xmm1, xmm4
  add rdi, 32
  add rsi, 32
  dec rcx
  jnz <1
2:
  addpd xmm0, xmm1
  movapd xmm1, xmm0
  unpckhpd xmm1, xmm1
  addsd xmm0, xmm1
"""

FMA = """
  vxorpd ymm0, ymm0, ymm0
  vxorpd ymm1, ymm1, ymm1
  vxorpd ymm2, ymm2, ymm2
  vxorpd ymm3, ymm3, ymm3
  mov rcx, rdx
  shr rcx, 4
  jz >2
1:
  .macro step, i
  vmovupd ymm4, [rdi+i*32]
  vfmadd231pd ymm..i, ymm4, [rsi+i*32]
  .endmacro
  step 0; step 1; step 2; step 3
  add rdi, 128
  add rsi, 128
  dec rcx
  jnz <1
2:
  vaddpd ymm0, ymm0, ymm1
  vaddpd ymm2, ymm2, ymm3
  vaddpd ymm0, ymm0, ymm2
  vextractf128 xmm1, ymm0, 1
  vaddpd xmm0, xmm0, xmm1
  vhaddpd xmm0, xmm0, xmm0
  vzeroupper
"""

# What is left, one by one; block is a power of two.
REST = """
  and edx, block-1
  jz >4
3:
  movsd xmm1, qword [rdi]
  mulsd xmm1, qword [rsi]
  addsd xmm0, xmm1
  add rdi, 8
  add rsi, 8
  dec edx
  jnz <3
4:
  ret
"""


def make(wide=None):
    """The function (a, b, n)."""
    if wide is None:
        wide = has("avx", "fma")
    a = dasm.Assembler()
    a.emit(FMA if wide else SSE2)
    a.emit(REST, block=16 if wide else 4)
    return a.publish(name="dot").function(None, "double(const double *, const double *, size_t)")


def best(f, times=5):
    def once():
        start = time.perf_counter()
        f()
        return time.perf_counter() - start

    return min(once() for _ in range(times))


def measure(sizes=(16, 64, 256, 1024, 4096, 16384, 65536)):
    """Nanoseconds per element by size: lists of (name, values)."""
    dot, rows = make(), {}
    try:
        import numpy
    except ImportError:
        numpy = None
    for n in sizes:
        a, b = array.array("d", range(n)), array.array("d", range(n, 0, -1))
        ways = {"Python": lambda: sum(x * y for x, y in zip(a, b)), "dasm": lambda: dot(a, b, n)}
        if numpy:
            x, y = numpy.array(a), numpy.array(b)
            ways["NumPy"] = lambda: x.dot(y)
        for name, f in ways.items():
            rows.setdefault(name, []).append(1e9 * best(f) / n)
    return sizes, rows


def plot(path, sizes, rows):
    """A picture of it; False without matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot

    fig, axes = pyplot.subplots(figsize=(7, 4.5))
    for name, values in rows.items():
        axes.plot(sizes, values, "o-", label=name)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlabel("elements")
    axes.set_ylabel("nanoseconds per element")
    axes.set_title("Dot product of doubles")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend()
    fig.tight_layout()
    fig.savefig(path)
    return True


if __name__ == "__main__":
    sizes, rows = measure()
    print("elements  " + "  ".join(f"{name:>8}" for name in rows) + "   ns per element")
    for i, n in enumerate(sizes):
        print(f"{n:8}  " + "  ".join(f"{values[i]:8.3f}" for values in rows.values()))
    if sys.argv[1:] and not plot(sys.argv[1], sizes, rows):
        print("no matplotlib, no plot")
