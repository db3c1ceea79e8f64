# Which jobs would run, why, and what they would cost; runs none of them.


rule explain:
    message:
        "which jobs would run, and why"
    shell:
        command("explain")
