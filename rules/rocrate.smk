# The results described for archives and other tools; without inputs, so that asking runs no other job.


rule rocrate:
    message:
        "RO-Crate"
    shell:
        command("rocrate")
