"""The base model: pretrained here, carried by an installed package, or a published one by reference."""

from pathlib import Path

from wideband.config.pinned import commit_of
from wideband.config.policy import EndpointBase, HubBase, MicroBase, PackageBase
from wideband.provenance.job import Job, run


def main(job: Job) -> None:
    """Write the model's folder."""
    folder, base = Path(job.output.model), job.params["base"]
    if base["kind"] == "pretrain":
        from wideband.policy.pretrain import pretrain

        job.note(**pretrain(MicroBase.model_validate(base), job.params["prompts"], folder))
    elif base["kind"] == "package":
        from wideband.policy.packaged import write_packaged

        job.note(**write_packaged(PackageBase.model_validate(base), job.params["registered"], folder))
    elif base["kind"] == "endpoint":
        from wideband.policy.endpoint import Endpoint, write_endpoint

        asked = EndpointBase.model_validate(base)
        write_endpoint(folder, Endpoint(asked.url, asked.model, asked.api))
    else:
        from wideband.policy.base import write_reference
        from wideband.policy.published import check_model

        hub = HubBase.model_validate(base)
        commit = commit_of(hub, f"model '{hub.name}'")
        if job.input.lineage:
            check_model(hub, Path(job.input.lineage))
        write_reference(folder, hub.repo, commit, hub.dtype, hub.end)


if __name__ == "__main__":
    run(main)
