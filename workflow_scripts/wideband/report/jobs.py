"""What a card says of a job, out of its manifest."""

from typing import Any

TOKENS = ("prompt_tokens", "completion_tokens", "tokens", "rollouts")
MACHINE = ("host", "cpus", "cpus_usable", "gpus", "gpus_visible", "slurm")


def facts(manifest: dict[str, Any]) -> dict[str, Any]:
    """Rule and wildcards, code and commit, seeds, machine and cost of the job that wrote a manifest.

    What a manifest does not say is left out: a card shows nothing that nobody recorded.
    """
    git, environment, notes = (manifest.get(key) or {} for key in ("git", "environment", "notes"))
    known = {
        "rule": manifest["rule"],
        "of": ".".join(map(str, manifest["wildcards"].values())),
        "commit": git.get("commit"),
        "dirty": git.get("dirty"),
        "diff": git.get("diff"),
        "code": manifest.get("code"),
        "spec": (manifest.get("spec") or {}).get("digest"),
        "lock": environment.get("lock"),
        "python": environment.get("python"),
        "seeds": manifest.get("seeds"),
        "machine": {
            key: value for key, value in (manifest.get("machine") or {}).items() if key in MACHINE and value
        },
        "started": manifest.get("started"),
        "seconds": manifest.get("seconds"),
        "cpu_seconds": manifest.get("cpu_seconds"),
        "peak_rss_bytes": manifest.get("peak_rss_bytes"),
        "tokens": {name: notes[name] for name in TOKENS if name in notes},
        "adapted_tensors": len(notes.get("adapted_tensors", ())),
    }
    return {key: value for key, value in known.items() if value not in (None, {}, 0)} | {
        "outputs": len(manifest.get("outputs", ()))
    }
