"""Builds the package against an installed libdasm and libdasmc, which pkg-config finds:

    pip wheel --no-build-isolation --no-index .

Needs SWIG. In the source tree of libdasm; `make install` does without it.
"""

import os
import shlex
import subprocess

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

here = os.path.dirname(os.path.abspath(__file__))
shared = os.path.dirname(here)


def pkg_config(*args):
    try:
        return shlex.split(subprocess.check_output([os.environ.get("PKG_CONFIG", "pkg-config"), *args], text=True))
    except (OSError, subprocess.CalledProcessError) as e:
        raise SystemExit(f"pkg-config {' '.join(args)}: {e}. Is libdasm installed, and PKG_CONFIG_PATH set?")


def has(package):
    return subprocess.call([os.environ.get("PKG_CONFIG", "pkg-config"), "--exists", package]) == 0


class Build(build_ext):
    """Generates the wrapper in the build folder: the source tree may be read-only."""

    def build_extension(self, ext):
        os.makedirs(self.build_temp, exist_ok=True)
        wrapper = os.path.join(self.build_temp, "dasm_wrap.c")
        self.spawn([os.environ.get("SWIG", "swig"), "-python", "-I" + shared, "-outdir", self.build_temp, "-o", wrapper,
                    os.path.join(shared, "dasm.i")])  # fmt: skip
        ext.sources = [wrapper]
        for source in ("bindings/glue.c", "dasmc/emit_script.c"):
            ext.sources.append(os.path.join(self.build_temp, os.path.basename(source)))
            with open(ext.sources[-1], "w") as f:
                f.write(f'#include "{os.path.join(os.path.dirname(shared), source)}"\n')
        ext.include_dirs = [shared]
        ext.extra_compile_args = pkg_config("--cflags", "libdasmc") + ["-fvisibility=hidden"]
        ext.extra_link_args = pkg_config("--libs", "libdasmc", "libdasm")
        for folder in pkg_config("--variable=libdir", "libdasmc"):
            ext.extra_link_args.append("-Wl,-rpath," + folder)
        if has("capstone"):
            ext.define_macros = [("HAVE_CAPSTONE", "1")]
            ext.extra_compile_args += pkg_config("--cflags", "capstone")
            ext.extra_link_args += pkg_config("--libs", "capstone")
        super().build_extension(ext)


setup(
    name="dasm",
    version=(pkg_config("--modversion", "libdasmc") or ["0"])[0],
    description="Assemble machine code at run time, and call it",
    license="MIT",
    python_requires=">=3.9",
    packages=["dasm"],
    package_data={"dasm": ["py.typed", "*.pyi"]},
    ext_modules=[Extension("dasm._lowlevel", [])],
    cmdclass={"build_ext": Build},
    zip_safe=False,
)
