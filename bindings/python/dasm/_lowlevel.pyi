from typing import Any

class Block: ...

class Exporter:
    _block: Any

def __getattr__(name: str) -> Any: ...
