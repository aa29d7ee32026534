import sys
from pathlib import Path

# The benchmarks are programs, not a package: what they import lies beside them.
sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
