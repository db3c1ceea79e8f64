#!/usr/bin/env bash
# Snakemake runs this inside a conda environment it has made, from the folder of the Snakefile.
exec bash envs/install.sh python
